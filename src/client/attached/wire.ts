/** The HTTP calls by which a process joins its notebook (decision 0009), for programs in TypeScript. */
import type { AttachedView, AttachRequestBody } from "../../api/attached.ts";
import type { ApiError } from "../../api/http.ts";
import type { Answer } from "../../review/question.ts";
import type { LineRecord } from "../../telemetry/facts.ts";
import type { Received } from "../../telemetry/telemetry-store.ts";
import type { News } from "../../usecases/attached-run.ts";
import { LoopbookError } from "../../util/errors.ts";

/** A server that does not answer in this time is gone; the same is asked again later. */
const ANSWER_LIMIT_MS = 30_000;

export interface Destination {
  /** `http://127.0.0.1:7717` */
  readonly url: string;
  readonly token: string | null;
}

type Method = "GET" | "POST" | "PUT" | "HEAD";

interface Sent {
  readonly body?: Uint8Array | string;
  readonly type?: string;
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/** Every method rejects with a `LoopbookError`: the server's code, or `server-unreachable`. */
export class AttachedWire {
  readonly destination: Destination;

  constructor(destination: Destination) {
    this.destination = { ...destination, url: destination.url.replace(/\/$/, "") };
  }

  attach(body: AttachRequestBody, signal?: AbortSignal): Promise<AttachedView> {
    return this.json("POST", "/api/attached", {
      body: JSON.stringify(body),
      type: "application/json",
      ...(signal && { signal }),
    });
  }

  /** A part of a log; what lies below what the server has is passed over there. */
  async log(run: string, writer: string, offset: number, bytes: Uint8Array): Promise<Received> {
    return this.part(run, writer, offset, { body: bytes, type: "application/octet-stream" });
  }

  /** The same as lines of JSON; `offset` counts lines. */
  async lines(
    run: string,
    writer: string,
    offset: number,
    records: readonly LineRecord[],
  ): Promise<Received> {
    const body = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    return this.part(run, writer, offset, { body, type: "application/x-ndjson" });
  }

  private async part(run: string, writer: string, offset: number, sent: Sent): Promise<Received> {
    const path = `${pathOf(run)}/log/${encodeURIComponent(writer)}?offset=${offset}`;
    const response = await this.call("POST", path, sent);
    if (response.ok) return (await response.json()) as Received;
    const answer = (await response.json().catch(() => ({}))) as Partial<ApiError & Received>;
    // A gap, because the server was put back to an earlier state: it says where to go on.
    if (response.status === 409 && typeof answer.received === "number") return { received: answer.received };
    throw errorOf(response.status, answer);
  }

  news(run: string, writer: string, after: number, waitSeconds: number, signal?: AbortSignal): Promise<News> {
    const query = new URLSearchParams({ writer, after: String(after), wait: String(waitSeconds) });
    return this.json("GET", `${pathOf(run)}/news?${query}`, {
      limitMs: ANSWER_LIMIT_MS + 1_000 * waitSeconds,
      ...(signal && { signal }),
    });
  }

  async answer(run: string, key: string): Promise<Answer | null> {
    const query = new URLSearchParams({ key });
    const { answer } = await this.json<{ answer: Answer | null }>("GET", `${pathOf(run)}/answers?${query}`);
    return answer;
  }

  /** Bytes of a blob that are there; null: none. */
  async blobSize(run: string, sha256: string): Promise<number | null> {
    const response = await this.call("HEAD", `${pathOf(run)}/blobs/${sha256}`, {});
    return response.ok ? Number(response.headers.get("content-length") ?? 0) : null;
  }

  putBlob(run: string, sha256: string, offset: number, total: number, bytes: Uint8Array): Promise<Received> {
    return this.json("PUT", `${pathOf(run)}/blobs/${sha256}?offset=${offset}&total=${total}`, {
      body: bytes,
      type: "application/octet-stream",
    });
  }

  private async json<T>(method: Method, path: string, sent: Sent = {}): Promise<T> {
    const response = await this.call(method, path, sent);
    if (response.ok) return (await response.json()) as T;
    throw errorOf(response.status, (await response.json().catch(() => ({}))) as Partial<ApiError>);
  }

  private async call(method: Method, path: string, sent: Sent): Promise<Response> {
    const { url, token } = this.destination;
    const limit = AbortSignal.timeout(sent.limitMs ?? ANSWER_LIMIT_MS);
    try {
      return await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token !== null && { Authorization: `Bearer ${token}` }),
          ...(sent.type !== undefined && { "Content-Type": sent.type }),
        },
        ...(sent.body !== undefined && { body: sent.body as BodyInit }),
        signal: sent.signal ? AbortSignal.any([limit, sent.signal]) : limit,
      });
    } catch (cause) {
      throw new LoopbookError("server-unreachable", `Loopbook at ${url} does not answer.`, {
        retry: true,
        cause,
      });
    }
  }
}

function pathOf(run: string): string {
  return `/api/attached/${encodeURIComponent(run)}`;
}

function errorOf(status: number, { code, message, retry }: Partial<ApiError>): LoopbookError {
  if (typeof code === "string" && typeof message === "string")
    return new LoopbookError(code, message, { retry: retry ?? status >= 500 });
  return new LoopbookError(
    "bad-answer",
    `The answer (status ${status}) is not Loopbook's. Does something else sit at this address?`,
    { retry: status >= 500 },
  );
}
