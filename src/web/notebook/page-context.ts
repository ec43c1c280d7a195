import { createContext, useContext } from "react";
import { useSelected } from "../session/store.ts";
import type { NotebookController } from "./controller.ts";
import type { UiState } from "./ui-state.ts";

export const PageContext = createContext<NotebookController | null>(null);

export function usePage(): NotebookController {
  const page = useContext(PageContext);
  if (!page) throw new Error("A part of a notebook page was drawn outside of one.");
  return page;
}

export function useUi<S>(select: (ui: UiState) => S, isEqual?: (a: S, b: S) => boolean): S {
  return useSelected(usePage().ui, select, isEqual);
}
