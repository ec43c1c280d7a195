/** Bodies as they come and answers as OTLP/HTTP has them (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { LoopbookError } from "../../util/errors.ts";
import type { Outcome } from "./receiver.ts";

export type Signal = "metrics" | "logs";
export type Encoding = "json" | "protobuf";

/** Of a body as it comes, and unpacked. */
export const BODY_BYTES = 16 * 1024 * 1024;
const UNPACKED_BYTES = 64 * 1024 * 1024;

/** Null: neither. */
export function encodingOf(contentType: string | undefined): Encoding | null {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return "json";
  return type === "application/x-protobuf" ? "protobuf" : null;
}

/** @throws LoopbookError `bad-request`, `too-big`. */
export async function unpacked(body: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  const packing = (contentEncoding ?? "identity").trim().toLowerCase();
  if (packing === "identity" || packing === "") return body;
  if (packing !== "gzip" && packing !== "deflate")
    throw new LoopbookError("bad-request", `Bodies are packed by gzip or deflate here, not by ${packing}.`);
  try {
    const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(
      packing === "gzip" ? gunzip : inflate,
    );
    return await unpack(body, { maxOutputLength: UNPACKED_BYTES });
  } catch (error) {
    if (error instanceof RangeError)
      throw new LoopbookError(
        "too-big",
        `A body is at most ${UNPACKED_BYTES} bytes unpacked. Send smaller batches.`,
      );
    throw new LoopbookError("bad-request", `The body is not what ${packing} packs.`, { cause: error });
  }
}

/** `ExportMetricsServiceResponse`, `ExportLogsServiceResponse`: empty when everything was taken. */
export function successBody(encoding: Encoding, signal: Signal, { rejected, message }: Outcome): Buffer {
  const isWhole = rejected === 0;
  if (encoding === "protobuf") {
    const partial = Buffer.concat([varintField(1, rejected), textField(2, message)]);
    return isWhole ? Buffer.alloc(0) : bytesField(1, partial);
  }
  const count = signal === "metrics" ? "rejectedDataPoints" : "rejectedLogRecords";
  const answer = { partialSuccess: { [count]: String(rejected), errorMessage: message } };
  return Buffer.from(JSON.stringify(isWhole ? {} : answer));
}

/** `google.rpc.Status`; its code by the status of HTTP. */
export function statusBody(encoding: Encoding, status: number, code: string, message: string): Buffer {
  const number = { 400: 3, 401: 16, 403: 7, 404: 5, 413: 8, 415: 3, 503: 14 }[status] ?? 13;
  if (encoding === "protobuf") return Buffer.concat([varintField(1, number), textField(2, message)]);
  const reason = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: code, domain: "loopbook" };
  return Buffer.from(JSON.stringify({ code: number, message, details: [reason] }));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const varintField = (number: number, value: number): Buffer =>
  Buffer.concat([varint(number * 8), varint(value)]);

const bytesField = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);

const textField = (number: number, text: string): Buffer => bytesField(number, Buffer.from(text));
