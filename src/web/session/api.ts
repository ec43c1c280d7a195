/** The server's HTTP interface, with refusals as values. */
import { ApiClient } from "../../client/api-client.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { Answer } from "./channel.ts";

export const api = new ApiClient();

/** A refusal or a failure as a value with a sentence for the reader. */
export async function answerOf<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    const code = error instanceof LoopbookError ? error.code : "unexpected";
    return { ok: false, code, message: messageOf(error) };
  }
}
