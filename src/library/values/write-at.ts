import { type ValueChanges, type WriteValuesOptions, writeValues } from "../../document/write-values.ts";
import { localParty } from "../../people/local-identity.ts";
import { originOf } from "../../usecases/edit-origin.ts";
import { LoopbookError } from "../../util/errors.ts";
import { createLocalHost } from "../../worker/local-host.ts";
import { loopbookVersion } from "../../worker/version.ts";
import { openElsewhereAs } from "../open-elsewhere.ts";
import { nearestOf } from "./nearest.ts";

/**
 * Writes values by name, all or none: into the live document where the notebook is open, else into its file, through
 * a session of our own, so that the file is written as an open notebook's is: in its style, atomically.
 * @param using as what the caller is seen by others: `cli`, `library`.
 */
export async function writeValuesAt(path: string, changes: ValueChanges, using: string): Promise<void> {
  const live = await openElsewhereAs(using, path);
  if (live !== null) {
    await live.api.setValues(live.notebookId, changes);
    return;
  }
  const host = createLocalHost({ version: loopbookVersion() });
  const options: WriteValuesOptions = { hint: nearestOf };
  try {
    const session = await host.openNotebook(path);
    writeValues(session.live, changes, originOf(localParty(using)), options);
    const saved = await session.save();
    if (saved.type === "failed") throw new LoopbookError("not-saved", saved.reason);
  } finally {
    await host.close();
  }
}
