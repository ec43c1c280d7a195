import { useStore } from "../session/store.ts";
import { oddLineNumbers, type ViewSettings, viewSettings } from "./view-settings.ts";

/** How the code of a cell is to be shown. @param cell null: code of no cell, which has no line numbers. */
export function useCodeView(cell: string | null): ViewSettings {
  const { lineNumbers, wrap } = useStore(viewSettings);
  const isOdd = useStore(oddLineNumbers).has(cell ?? "");
  return { lineNumbers: cell !== null && lineNumbers !== isOdd, wrap };
}
