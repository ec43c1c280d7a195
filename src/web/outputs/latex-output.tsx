import { useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { mathsElement, onDefined, typesetMaths } from "../markdown/maths.ts";
import { splitMaths } from "../markdown/maths-source.ts";
import { PageContext } from "../notebook/page-context.ts";
import styles from "./outputs.module.css";

/** `text/latex`: formulas between the text that is around them; what cannot be set stays as it was written. */
export function LatexOutput({ source }: { source: string }) {
  const root = useRef<HTMLDivElement>(null);
  const page = useContext(PageContext);
  const [problem, setProblem] = useState<string | null>(null);
  useLayoutEffect(() => {
    const { text, formulas } = splitMaths(source);
    const pieces = text.split(/\uE000(\d+)\uE001/).map((piece, index): Node | string => {
      const formula = index % 2 === 1 ? formulas[Number(piece)] : undefined;
      return formula ? mathsElement(formula.source, formulas.length === 1 ? "block" : formula.kind) : piece;
    });
    root.current?.replaceChildren(...pieces);
  }, [source]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the formulas are new whenever the source is.
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let wanted = true;
    const look = (): void => {
      const left = element.querySelector<HTMLElement>("[data-maths][title]");
      if (wanted) setProblem(left?.title ?? null);
    };
    typesetMaths(element, page ?? undefined).then(look, () => undefined);
    const unsubscribe = onDefined.on(look);
    return () => {
      wanted = false;
      unsubscribe();
    };
  }, [source, page]);
  return (
    <>
      <div ref={root} className={styles.latex} />
      {problem !== null && (
        <p className={styles.missing}>Shown as it was written: {problem.replace(/^\w+ parse error: /, "")}</p>
      )}
    </>
  );
}
