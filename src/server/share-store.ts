import type { ShareStore } from "../people/shares.ts";
import { secretHash, sessionFor } from "../people/token.ts";
import { ShareFiles } from "../store/shares/share-files.ts";

export { createShareId } from "../store/shares/share-files.ts";

/** The shares that all processes of this user know. */
export function shareStore(stateFolder: string): ShareStore {
  return new ShareFiles(stateFolder, { hashOf: secretHash, sessionFor });
}
