/** Whether keys that type a character are commands. Some people press them by accident (speech input): WCAG 2.1.4. */
import { createStore } from "../session/store.ts";

const STORAGE_KEY = "loopbook.single-keys";

function stored(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== "off";
  } catch {
    return true;
  }
}

export const singleKeysStore = createStore<boolean>(typeof localStorage === "undefined" ? true : stored());

export function setSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, "off");
  } catch {
    // The choice then lasts as long as the page.
  }
  singleKeysStore.set(on);
}
