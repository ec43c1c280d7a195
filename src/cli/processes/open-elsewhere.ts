/** A notebook that a live process of this user has open: seen and changed through it, so that nothing is lost. */
import { type OpenElsewhere, openElsewhereAs } from "../../library/open-elsewhere.ts";

export type { OpenElsewhere } from "../../library/open-elsewhere.ts";

/** Null when nobody has it open. */
export function openElsewhere(path: string): Promise<OpenElsewhere | null> {
  return openElsewhereAs("cli", path);
}
