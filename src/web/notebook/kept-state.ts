/** What a reader opened or folded stays so, also when its cell was away from the window and is drawn again. */
import { createContext, useContext, useState } from "react";
import { PageContext } from "./page-context.ts";

/** Whose it is: a cell's id, and the place of an output in it. */
export const KeptScope = createContext("");

export function useKept<T>(name: string, initial: T): readonly [T, (value: T) => void] {
  const kept = useContext(PageContext)?.kept;
  const key = `${useContext(KeptScope)}/${name}`;
  const [value, setValue] = useState<T>(() => (kept?.has(key) ? (kept.get(key) as T) : initial));
  return [
    value,
    (next) => {
      kept?.set(key, next);
      setValue(next);
    },
  ];
}
