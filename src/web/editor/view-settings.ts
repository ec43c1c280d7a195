/** How code is shown: this reader's choice, kept in their browser, the same for code that is read and that is edited. */
import { createStore } from "../session/store.ts";

export interface ViewSettings {
  readonly lineNumbers: boolean;
  /** Long lines of code go on in the next row; else they are scrolled to. */
  readonly wrap: boolean;
}

const STORAGE_KEY = "loopbook.code-view";
const DEFAULT: ViewSettings = { lineNumbers: false, wrap: false };

function stored(): ViewSettings {
  try {
    const { lineNumbers, wrap } = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return { lineNumbers: lineNumbers === true, wrap: wrap === true };
  } catch {
    return DEFAULT;
  }
}

export const viewSettings = createStore<ViewSettings>(
  typeof localStorage === "undefined" ? DEFAULT : stored(),
);

export function setView(change: Partial<ViewSettings>): void {
  viewSettings.update((view) => ({ ...view, ...change }));
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(viewSettings.get()));
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Cells whose line numbers are the other way round than everybody else's, by cell id, as long as the page is open. */
export const oddLineNumbers = createStore<ReadonlySet<string>>(new Set());

export function toggleLineNumbers(cellIds: readonly string[]): void {
  const odd = new Set(oddLineNumbers.get());
  for (const id of cellIds) if (!odd.delete(id)) odd.add(id);
  oddLineNumbers.set(odd);
}

export function toggleAllLineNumbers(): void {
  oddLineNumbers.set(new Set());
  setView({ lineNumbers: !viewSettings.get().lineNumbers });
}
