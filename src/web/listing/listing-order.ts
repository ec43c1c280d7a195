/** In which order a folder's entries are shown. Pure. */
import type { FolderListing } from "../../api/http.ts";

export type Entry = FolderListing["entries"][number];
export type SortKey = "name" | "modified" | "size";

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** A second press on a column turns it; dates and sizes begin with the most. */
export function nextOrder(order: Order, key: SortKey): Order {
  if (order.key === key) return { key, descending: !order.descending };
  return { key, descending: key !== "name" };
}

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Folders first, whatever the order is. */
export function sortEntries(entries: readonly Entry[], { key, descending }: Order): readonly Entry[] {
  const sign = descending ? -1 : 1;
  return [...entries].sort((a, b) => {
    const rank = Number(b.type === "folder") - Number(a.type === "folder");
    if (rank !== 0) return rank;
    const names = byName.compare(a.name, b.name);
    if (key === "name") return sign * names;
    const values =
      key === "size" && a.type !== "folder" ? a.sizeBytes - b.sizeBytes : a.modifiedAtMs - b.modifiedAtMs;
    return sign * values || names;
  });
}
