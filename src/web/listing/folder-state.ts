/** What a folder page knows beside its listing: what is ticked, what is asked, what was done last. */
import { FilesClient } from "../../client/files-client.ts";
import { answerOf, api } from "../session/api.ts";
import type { Entry, Order } from "./listing-order.ts";

export const files = new FilesClient(api);

export type Asked =
  | { readonly what: "rename" | "duplicate" | "unpack" | "publish"; readonly entry: Entry }
  | { readonly what: "move" | "delete"; readonly entries: readonly Entry[] }
  | { readonly what: "new-folder" | "trash" };

/** Said at the foot of the page, until it is put away. */
export interface Notice {
  readonly text: string;
  readonly bad?: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const ORDER = "loopbook-folder-order";
const HIDDEN = "loopbook-show-hidden";

export function keptOrder(): Order {
  const [key, way] = (read(ORDER) ?? "").split(" ");
  return key === "modified" || key === "size" || key === "name"
    ? { key, descending: way === "down" }
    : { key: "name", descending: false };
}

export function keepOrder({ key, descending }: Order): void {
  write(ORDER, `${key} ${descending ? "down" : "up"}`);
}

export const keptHidden = (): boolean => read(HIDDEN) === "yes";
export const keepHidden = (shown: boolean): void => write(HIDDEN, shown ? "yes" : "no");

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Kept for this page only.
  }
}

/** Each into this folder under its own name; the first refusal is told. @returns null: all are there. */
export async function moveInto(paths: readonly string[], folder: string): Promise<string | null> {
  for (const path of paths) {
    const name = path.split("/").at(-1) ?? path;
    const to = folder === "" ? name : `${folder}/${name}`;
    if (to === path) continue;
    const answer = await answerOf(api.moveFile({ from: path, to }));
    if (!answer.ok) return answer.message;
  }
  return null;
}

/** Out of the trash again: what was put there last from these paths. @returns null: all are back. */
export async function putBack(folder: string, paths: readonly string[]): Promise<string | null> {
  const trashed = await answerOf(files.trash(folder));
  if (!trashed.ok) return trashed.message;
  for (const path of paths) {
    const one = trashed.value.find((trash) => trash.path === path);
    if (!one) return `${path} is not in the trash any more.`;
    const answer = await answerOf(files.restore(one.id));
    if (!answer.ok) return answer.message;
  }
  return null;
}

/** Has the browser save what the server sends. */
export function download(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
