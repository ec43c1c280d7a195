/**
 * Tells the server which cells are drawn: what runs elsewhere is told when it has ended. What is drawn can be read,
 * searched by the browser and printed, so it is to be as it is now; in a hidden page nothing is.
 */
import { type RefObject, useEffect } from "react";
import { useModel } from "../session/hooks.ts";

/** Scrolling past is not looking. */
const SETTLE_MS = 150;

/**
 * @param list its children with `data-drawn` are the cells that are drawn.
 * @param isThere whether there is a list.
 */
export function useLooking(list: RefObject<HTMLElement | null>, isThere: boolean): void {
  const model = useModel();
  useEffect(() => {
    const root = list.current;
    if (!isThere || !root) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let said = "";
    const say = (): void => {
      timer = undefined;
      const drawn = document.hidden ? [] : [...root.querySelectorAll<HTMLElement>(":scope > [data-drawn]")];
      const cells = drawn.map(({ dataset }) => dataset.drawn ?? "").sort();
      const now = cells.join(" ");
      if (now === said) return;
      said = now;
      model.channel.look(cells);
    };
    const saySoon = (): void => {
      timer ??= setTimeout(say, SETTLE_MS);
    };
    const changes = new MutationObserver(saySoon);
    changes.observe(root, { childList: true });
    document.addEventListener("visibilitychange", saySoon);
    say();
    return () => {
      clearTimeout(timer);
      changes.disconnect();
      document.removeEventListener("visibilitychange", saySoon);
    };
  }, [model, list, isThere]);
}
