/** What the server tells of itself: its folder's title, for window titles, and what one may do; asked for once. */
import { answerOf, api } from "../session/api.ts";
import { createStore } from "../session/store.ts";
import type { Rights } from "../session/types.ts";

export const folderTitleStore = createStore<string>("");
/** What this reader may do here, before any notebook is open. */
export const rightsStore = createStore<Rights>({ view: true, edit: false, execute: false });

export async function loadFolderTitle(): Promise<void> {
  const answer = await answerOf(api.status());
  if (!answer.ok) return;
  folderTitleStore.set(answer.value.title);
  rightsStore.set(answer.value.rights);
}
