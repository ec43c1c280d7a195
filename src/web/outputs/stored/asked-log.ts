/** A log that somebody asked to see from elsewhere on the page, with what they look for in it. */
import type { OutputRef } from "../../../util/ids.ts";
import { createStore } from "../../session/store.ts";

export interface AskedLog {
  readonly ref: OutputRef;
  readonly query: string;
}

/** A new object each time it is asked for. */
export const askedLog = createStore<AskedLog | null>(null);
