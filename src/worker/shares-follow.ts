import { secretHash, sessionFor } from "../people/token.ts";
import { PublicationFiles } from "../store/publications/publication-files.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import { ShareFiles } from "../store/shares/share-files.ts";
import type { MovedNotebook } from "../usecases/host.ts";

/** Links to a notebook, and pages of it, stay links to it when its file has another path. */
export function sharesFollow(stateFolder: string, { from, to }: Pick<MovedNotebook, "from" | "to">): void {
  const shares = new ShareFiles(stateFolder, { hashOf: secretHash, sessionFor });
  shares.moved(realTarget(from), realTarget(to));
  new PublicationFiles(stateFolder).moved(from, to);
}
