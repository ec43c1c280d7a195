/** How the notebook is looked at: worked in, read, or on its way to paper. */
import { createStore, useSelected } from "./store.ts";

export type CodeView = "shown" | "folded" | "hidden";

export interface View {
  readonly isReader: boolean;
  /** In the reader view. */
  readonly code: CodeView;
  /** Everything is drawn, wherever the window is. */
  readonly isPrinting: boolean;
}

const CODE_VIEWS: readonly CodeView[] = ["shown", "folded", "hidden"];

export function viewOf(search: string): View {
  const asked = new URLSearchParams(search);
  const code = CODE_VIEWS.find((view) => view === asked.get("code")) ?? "shown";
  return { isReader: asked.get("view") === "reader", code, isPrinting: false };
}

/** The search part of the address that leads to this view. */
export function searchOf({ isReader, code }: View): string {
  if (!isReader) return "";
  return code === "shown" ? "?view=reader" : `?view=reader&code=${code}`;
}

export const viewStore = createStore<View>(
  viewOf(typeof window === "undefined" ? "" : window.location.search),
);

export function useView<S>(select: (view: View) => S): S {
  return useSelected(viewStore, select);
}

/** What is long is shown whole, as nothing can be pressed on paper, and nobody wants to while they read. */
export function useIsWhole(): boolean {
  return useView(({ isReader, isPrinting }) => isReader || isPrinting);
}
