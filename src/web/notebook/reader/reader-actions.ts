/** Into the reader view and out of it; the address bar tells it, so that it can be passed on. */
import { type CodeView, searchOf, viewOf, viewStore } from "../../session/view.ts";
import type { NotebookController } from "../controller.ts";

export function toggleReader(page: NotebookController): void {
  const isReader = !viewStore.get().isReader;
  page.command();
  viewStore.update((view) => ({ ...view, isReader }));
  readdress();
}

export function showCode(code: CodeView): void {
  viewStore.update((view) => ({ ...view, code }));
  readdress();
}

/** Another notebook, "back" and "forward" bring another address. */
export function followAddress(): () => void {
  const follow = (): void => {
    const { isReader, code } = viewOf(window.location.search);
    viewStore.update((view) =>
      view.isReader === isReader && view.code === code ? view : { ...view, isReader, code },
    );
  };
  follow();
  window.addEventListener("popstate", follow);
  return () => window.removeEventListener("popstate", follow);
}

/** Everything is drawn, folded sections too. */
export function setPrinting({ folding }: NotebookController, isPrinting: boolean): void {
  folding.showWhole(isPrinting);
  viewStore.update((view) => ({ ...view, isPrinting }));
}

function readdress(): void {
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", `${pathname}${searchOf(viewStore.get())}${hash}`);
}
