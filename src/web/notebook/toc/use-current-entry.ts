import { useEffect, useState } from "react";
import type { CellId } from "../../../util/ids.ts";
import { useModel } from "../../session/hooks.ts";
import { entryAt, type OutlineEntry } from "./outline.ts";

/** Below the header's edge: what begins above this line is being read. */
const LINE_PX = 40;

/** The entry that is being read at the upper edge of the window. */
export function useCurrentEntry(outline: readonly OutlineEntry[]): OutlineEntry | null {
  const model = useModel();
  const [current, setCurrent] = useState(() => entryInView(outline, model.cellIds()));
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      setCurrent(entryInView(outline, model.cellIds()));
    };
    const lookSoon = (): void => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", lookSoon, { passive: true });
    window.addEventListener("resize", lookSoon);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", lookSoon);
      window.removeEventListener("resize", lookSoon);
    };
  }, [model, outline]);
  return current;
}

function entryInView(outline: readonly OutlineEntry[], ids: readonly CellId[]): OutlineEntry | null {
  const header = document.documentElement.style.getPropertyValue("--header-height");
  const line = (Number.parseFloat(header) || 64) + LINE_PX;
  const isPassed = (element: Element): boolean => element.getBoundingClientRect().top <= line;
  const cells = [...document.querySelectorAll<HTMLElement>("[data-drawn]")];
  const cell = cells.findLast(isPassed) ?? cells[0];
  if (!cell) return null;
  const passed = [...cell.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isPassed).length;
  const index = ids.indexOf((cell.dataset.drawn ?? "") as CellId);
  return entryAt(outline, index, Math.max(0, passed - 1));
}
