/** What happens around a save of an open notebook's file: outputs whole, its room told, its kernel's holder let go. */
import type { DocumentStore } from "../document/document-store.ts";
import type { KernelKeeping } from "./kernel-keeping.ts";
import type { NotebookRoom } from "./notebook-room.ts";
import type { SessionOutputs } from "./session-outputs.ts";

export function savingWith(
  { store, room }: { readonly store: DocumentStore; readonly room?: NotebookRoom },
  outputs: SessionOutputs | undefined,
  keeping: KernelKeeping,
): DocumentStore {
  const whole = outputs?.saving(store) ?? store;
  // The file holds only the ends of long logs.
  return keeping.saving(room?.saving(whole) ?? whole, async () => outputs?.store.durable());
}
