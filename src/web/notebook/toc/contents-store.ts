/** Whether the table of contents is open, and whether it counts its headings. Kept in this browser. */
import { createStore, type Store } from "../../session/store.ts";

const kept = (key: string): boolean => {
  try {
    return localStorage.getItem(key) === "on";
  } catch {
    return false;
  }
};

function keep(key: string, store: Store<boolean>): void {
  store.subscribe(() => {
    // What covers the notebook is open for a moment, not from now on.
    if (isNarrow()) return;
    try {
      localStorage.setItem(key, store.get() ? "on" : "off");
    } catch {
      // The choice then lasts as long as the page.
    }
  });
}

/** On a narrow page it covers the notebook, so there it opens only when it is asked for. */
export const isNarrow = (): boolean => window.innerWidth <= 1000;

export const contentsStore = createStore(
  typeof window !== "undefined" && !isNarrow() && kept("loopbook.contents"),
);
export const numberedStore = createStore(typeof window !== "undefined" && kept("loopbook.numbered"));

keep("loopbook.contents", contentsStore);
keep("loopbook.numbered", numberedStore);

let focusIsAsked = false;

/** Opens it with the keys in it; open already, it takes the keys; with the keys in it, it closes. */
export function askContents(): void {
  const entry = document.querySelector<HTMLElement>("[data-entry][tabindex='0']");
  if (!contentsStore.get()) {
    focusIsAsked = true;
    contentsStore.set(true);
  } else if (entry && !entry.closest("nav")?.contains(document.activeElement)) entry.focus();
  else contentsStore.set(false);
}

/** Once for each time it was opened by hand; open from the start, it takes the focus from nobody. */
export function takesFocus(): boolean {
  const asked = focusIsAsked;
  focusIsAsked = false;
  return asked;
}
