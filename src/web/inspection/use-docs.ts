/** What the kernel knows of the name at the cursor, while somebody looks. */
import { useEffect, useRef, useState } from "react";
import { toCodePoints } from "../editor/code-points.ts";
import { usePage } from "../notebook/page-context.ts";
import { useModel, useSession } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { inspectedText } from "./inspected.ts";
import { nameAt } from "./name-at.ts";

/** The cursor rests at a name: who only passes by asks nothing. */
const REST_MS = 300;

export interface Docs {
  readonly name: string;
  readonly text: string;
}

/** Null: nothing was asked yet. What was shown last stays while the cursor is at no name. */
export function useDocs(canAsk: boolean): Docs | null {
  const page = usePage();
  const model = useModel();
  const place = useStore(page.cursorAt);
  const kernel = useSession((state) => state.kernel.pid);
  const executions = useSession((state) => state.executions);
  const [name, setName] = useState<string | null>(null);
  const wanted = useRef(name);
  const [docs, setDocs] = useState<Docs | null>(null);

  useEffect(() => {
    if (place === null) return;
    const timer = setTimeout(() => setName((last) => nameAt(place.code(), place.at) ?? last), REST_MS);
    return () => clearTimeout(timer);
  }, [place]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a cell that ended, or another kernel, changes the answer.
  useEffect(() => {
    if (name === null || !canAsk) return;
    wanted.current = name;
    const ask = async (): Promise<void> => {
      const answer = await model.requests.inspect(name, toCodePoints(name, name.length));
      if (wanted.current === name) setDocs({ name, text: inspectedText(answer) });
    };
    // Cells that end in quick succession are one question; another name does not wait for that.
    const timer = setTimeout(() => void ask(), docs?.name === name ? REST_MS : 0);
    return () => clearTimeout(timer);
  }, [name, canAsk, kernel, executions, model]);
  return docs;
}
