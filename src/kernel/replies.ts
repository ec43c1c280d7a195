/** What replies on the shell and control channels say, checked once. */
import { LoopbookError } from "../util/errors.ts";
import type { JsonObject } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import type { Completeness, Completion, ExecuteOutcome, Inspection, KernelInfo } from "./kernel.ts";
import { countOf, objectOf, textOf, textsOf } from "./message.ts";

export function parseKernelInfo(content: JsonObject): KernelInfo {
  const language = objectOf(content.language_info);
  return {
    protocolVersion: textOf(content.protocol_version),
    implementation: textOf(content.implementation),
    implementationVersion: textOf(content.implementation_version),
    banner: textOf(content.banner),
    languageInfo: { ...language, name: textOf(language.name) },
    supportedFeatures: textsOf(content.supported_features),
  };
}

export function parseExecuteReply(content: JsonObject): ExecuteOutcome {
  const executionCount = countOf(content.execution_count);
  if (content.status === "ok") {
    return {
      type: "ok",
      executionCount,
      userExpressions: objectOf(content.user_expressions),
      payload: Array.isArray(content.payload) ? content.payload.filter(isJsonObject) : [],
    };
  }
  // "abort" is what kernels before protocol 5.1 say.
  if (content.status === "aborted" || content.status === "abort") return { type: "aborted" };
  return {
    type: "error",
    executionCount,
    ename: textOf(content.ename),
    evalue: textOf(content.evalue),
    traceback: textsOf(content.traceback),
  };
}

/** @throws LoopbookError `kernel-refused` when the reply says that the request failed. */
export function checkReply(request: string, content: JsonObject): JsonObject {
  if (content.status !== "error") return content;
  const reason = [textOf(content.ename), textOf(content.evalue)].filter((part) => part !== "").join(": ");
  throw new LoopbookError(
    "kernel-refused",
    `The kernel could not answer ${request}: ${reason || "no reason given"}.`,
  );
}

export function parseCompletion(content: JsonObject, cursorPosition: number): Completion {
  return {
    matches: textsOf(content.matches),
    cursorStart: countOf(content.cursor_start) ?? cursorPosition,
    cursorEnd: countOf(content.cursor_end) ?? cursorPosition,
    metadata: objectOf(content.metadata),
  };
}

export function parseInspection(content: JsonObject): Inspection {
  return { found: content.found === true, data: objectOf(content.data) };
}

const COMPLETENESS: readonly Completeness[] = ["complete", "incomplete", "invalid", "unknown"];

export function parseCompleteness(content: JsonObject): Completeness {
  return COMPLETENESS.find((known) => known === content.status) ?? "unknown";
}

export function parseCommInfo(
  content: JsonObject,
): Readonly<Record<string, { readonly targetName: string }>> {
  const comms = Object.entries(objectOf(content.comms));
  return Object.fromEntries(
    comms.map(([id, comm]) => [id, { targetName: textOf(objectOf(comm).target_name) }]),
  );
}
