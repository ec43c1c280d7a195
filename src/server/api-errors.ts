/** What a client is told of an error: a stable code and a sentence, and never a stack. */
import { z } from "zod";
import type { ApiError } from "../api/http.ts";
import { LoopbookError } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";
import { errorId, internalMessage } from "./error-id.ts";

/** Codes whose status is not that of any other error that is the request's own (422). */
const STATUS: Readonly<Record<string, number>> = {
  "bad-request": 400,
  "no-right": 403,
  "too-big": 413,
  "outside-folder": 403,
  "source-changed": 409,
  "not-a-code-cell": 409,
  "no-kernel": 409,
  "kernel-busy": 409,
  "no-frames": 409,
  "no-held-kernel": 409,
  "subshells-unsupported": 409,
  "value-changed": 409,
  "notebook-exists": 409,
  "notebook-open": 409,
  "file-exists": 409,
  "name-clash": 409,
  "file-changed": 409,
  "busy-printing": 503,
  "archive-too-big": 413,
  "run-goes-on": 409,
  closing: 503,
  "notebook-busy": 409,
  "open-elsewhere": 409,
  "already-ended": 409,
  "not-running": 409,
  "not-held": 409,
  "changed-outside": 409,
  "not-missing": 409,
  "outside-share": 403,
  "kernel-did-not-start": 502,
  "kernel-died": 502,
  "already-answered": 409,
  "answer-taken": 409,
  "question-withdrawn": 409,
  "not-yours-to-answer": 403,
  "disk-full": 507,
  "telemetry-full": 507,
  "telemetry-busy": 503,
  "telemetry-released": 503,
  "telemetry-unwritable": 507,
  "log-gap": 409,
};

function statusOf(code: string): number {
  return STATUS[code] ?? (code.startsWith("no-such-") ? 404 : 422);
}

/** Unexpected errors are logged with an id, which is all that the client gets of them. */
export function apiErrorOf(
  error: unknown,
  logger: Logger,
  fields: Record<string, unknown>,
): { readonly status: number; readonly body: ApiError } {
  if (error instanceof LoopbookError) {
    const { code, message, retry, exitCode } = error;
    return { status: statusOf(code), body: { code, message, retry, exitCode } };
  }
  if (error instanceof z.ZodError) {
    return { status: 400, body: { code: "bad-request", message: describeIssues(error) } };
  }
  const refusal = fastifyRefusal(error);
  if (refusal) return refusal;
  const id = errorId(logger, error, fields);
  return { status: 500, body: { code: "internal-error", message: internalMessage(id) } };
}

/** Fastify's own refusals (body too large, no JSON, …) name their status; nothing else in here has one. */
function fastifyRefusal(error: unknown): { readonly status: number; readonly body: ApiError } | null {
  if (!(error instanceof Error) || !("statusCode" in error)) return null;
  const { statusCode: status, message } = error;
  if (typeof status !== "number" || status < 400 || status >= 500) return null;
  return { status, body: { code: status === 413 ? "too-large" : "bad-request", message } };
}

/** `values.lr: …; path: …`, at most three. */
function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map(({ path, message }) => {
    const place = path.map(String).join(".");
    return place ? `${place}: ${message}` : message;
  });
  return `The request is not as the API wants it: ${issues.join("; ")}.`;
}
