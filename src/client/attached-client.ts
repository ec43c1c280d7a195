/** How a process joins a notebook, ships its log and hears what is wanted (decision 9), for programs in TypeScript. */
import type { AttachBody, AttachedView } from "../api/attached.ts";
import type { ApiError } from "../api/http.ts";
import type { Answer } from "../review/question.ts";
import type { LineRecord } from "../telemetry/facts.ts";
import type { Received } from "../telemetry/telemetry-store.ts";
import type { News } from "../usecases/attached-run.ts";
import { LoopbookError } from "../util/errors.ts";
import type { ApiClient } from "./api-client.ts";

/** Defaults need not be given. */
export type AttachRequestBody = Pick<AttachBody, "runId" | "started"> &
  Partial<Omit<AttachBody, "writer">> & {
    readonly writer: Pick<AttachBody["writer"], "id" | "pid" | "host" | "language"> & {
      readonly rank?: number;
    };
  };

/** The log was sent from another place than where the server has it; `received`: go on from there. */
export class LogGap extends LoopbookError {
  readonly received: number;

  constructor(message: string, received: number) {
    super("log-gap", message, { retry: true });
    this.received = received;
  }
}

export class AttachedClient {
  private readonly api: ApiClient;

  constructor(api: ApiClient) {
    this.api = api;
  }

  attach(body: AttachRequestBody): Promise<AttachedView> {
    return this.api.send("POST", "/api/attached", body);
  }

  /** Bytes of a writer's log from `offset` on, at most 8 MB. @throws LogGap, LoopbookError. */
  async sendLog(run: string, writer: string, offset: number, bytes: Uint8Array): Promise<Received> {
    const path = `${pathOf(run)}/log/${writer}?offset=${offset}`;
    return this.put("POST", path, "application/octet-stream", bytes);
  }

  /** The same as lines of JSON; `offset` counts lines. */
  async sendLines(
    run: string,
    writer: string,
    offset: number,
    records: readonly LineRecord[],
  ): Promise<Received> {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    const path = `${pathOf(run)}/log/${writer}?offset=${offset}`;
    return this.put("POST", path, "application/x-ndjson", new TextEncoder().encode(text));
  }

  /** What the process is to know, at once when `after` is not its revision any more; else after `waitSeconds`. */
  news(
    run: string,
    options: { readonly writer: string; readonly after?: number; readonly waitSeconds?: number },
    signal?: AbortSignal,
  ): Promise<News> {
    const { writer, after = -1, waitSeconds = 25 } = options;
    return this.api.read(`${pathOf(run)}/news?writer=${writer}&after=${after}&wait=${waitSeconds}`, signal);
  }

  /** A piece of at most 8 MB. @throws LogGap, LoopbookError. */
  async sendBlob(
    run: string,
    sha256: string,
    bytes: Uint8Array,
    place: { readonly offset: number; readonly total: number } = { offset: 0, total: bytes.length },
  ): Promise<Received> {
    const path = `${pathOf(run)}/blobs/${sha256}?offset=${place.offset}&total=${place.total}`;
    return this.put("PUT", path, "application/octet-stream", bytes);
  }

  /** Bytes of it that are there; null: none. */
  async blobSize(run: string, sha256: string): Promise<number | null> {
    const response = await fetch(`${this.api.baseUrl}${pathOf(run)}/blobs/${sha256}`, {
      method: "HEAD",
      headers: this.api.headers(),
    });
    return response.ok ? Number(response.headers.get("content-length")) : null;
  }

  async answer(run: string, key: string): Promise<Answer | null> {
    const { answer } = await this.api.read<{ readonly answer: Answer | null }>(
      `${pathOf(run)}/answers?key=${encodeURIComponent(key)}`,
    );
    return answer;
  }

  private async put(
    method: "POST" | "PUT",
    path: string,
    type: string,
    bytes: Uint8Array,
  ): Promise<Received> {
    const response = await fetch(`${this.api.baseUrl}${path}`, {
      method,
      headers: { ...this.api.headers(), "Content-Type": type },
      body: bytes as Uint8Array<ArrayBuffer>,
    }).catch((cause: unknown) => {
      throw new LoopbookError("server-unreachable", `Loopbook at ${this.api.baseUrl} does not answer.`, {
        retry: true,
        cause,
      });
    });
    if (response.ok) return response.json() as Promise<Received>;
    const {
      code = "bad-answer",
      message = "",
      received,
    } = (await response.json().catch(() => ({}))) as Partial<ApiError & Received>;
    if (code === "log-gap" && received !== undefined) throw new LogGap(message, received);
    throw new LoopbookError(code, message, { retry: response.status >= 500 });
  }
}

function pathOf(run: string): string {
  return `/api/attached/${encodeURIComponent(run)}`;
}
