/** The title of the server's folder, for window titles; asked for once. */
import { answerOf, api } from "../session/api.ts";
import { createStore } from "../session/store.ts";

export const folderTitleStore = createStore<string>("");

export async function loadFolderTitle(): Promise<void> {
  const answer = await answerOf(api.status());
  if (answer.ok) folderTitleStore.set(answer.value.title);
}
