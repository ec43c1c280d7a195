import type { PublicationStore } from "../publish/publication.ts";
import { PublicationFiles } from "../store/publications/publication-files.ts";

/** The publications that all processes of this user know. */
export function publicationStore(stateFolder: string): PublicationStore {
  return new PublicationFiles(stateFolder);
}
