import type { PlacedFact } from "../../telemetry/telemetry-store.ts";

/** A fact that is in the journal and in no chunk yet. */
export interface WaitingFact extends PlacedFact {
  /** Its JSON. */
  readonly bytes: Uint8Array;
  readonly firstLine: number;
  /** One for each of its lines. */
  readonly lines: readonly { readonly level: number; readonly template: number }[];
}
