/** What was dropped or chosen, with the folders that it lies in. */

export interface ToSend {
  /** With the folders that were dropped, by `/`. */
  readonly name: string;
  readonly file: File;
}

/** More at once are not taken: a person drops a folder, not a disk. */
export const MAX_FILES = 10_000;

export function chosenFiles(files: FileList | null): readonly ToSend[] {
  return [...(files ?? [])]
    .slice(0, MAX_FILES)
    .map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

/** Folders are walked through; must be called in the event's own turn. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly ToSend[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found: ToSend[] = [];
  for (const entry of entries) await collect(entry, "", found);
  return found;
}

async function collect(entry: FileSystemEntry, above: string, found: ToSend[]): Promise<void> {
  if (found.length >= MAX_FILES) return;
  const name = above === "" ? entry.name : `${above}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)));
    if (file !== null) found.push({ name, file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      // In parts of at most a hundred.
      const part = await new Promise<FileSystemEntry[]>((resolve) =>
        reader.readEntries(resolve, () => resolve([])),
      );
      if (part.length === 0) return;
      for (const one of part) await collect(one, name, found);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
