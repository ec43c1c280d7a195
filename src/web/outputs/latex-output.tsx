import { useEffect, useLayoutEffect, useRef } from "react";
import { mathsElement, typesetMaths } from "../markdown/maths.ts";
import { splitMaths } from "../markdown/maths-source.ts";
import styles from "./outputs.module.css";

/** `text/latex`: formulas between the text that is around them. */
export function LatexOutput({ source }: { source: string }) {
  const root = useRef<HTMLDivElement>(null);
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
    if (root.current) typesetMaths(root.current).catch(() => undefined);
  }, [source]);
  return <div ref={root} className={styles.latex} />;
}
