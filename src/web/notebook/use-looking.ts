/** Tells the server which cells are in the window or near it: what runs elsewhere is told when it has ended. */
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
    const near = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let said = "";
    const say = (): void => {
      timer = undefined;
      const cells = document.hidden ? [] : [...near].sort();
      const now = cells.join(" ");
      if (now === said) return;
      said = now;
      model.channel.look(cells);
    };
    const saySoon = (): void => {
      timer ??= setTimeout(say, SETTLE_MS);
    };
    const visible = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = (target as HTMLElement).dataset.drawn ?? "";
          if (isIntersecting) near.add(id);
          else near.delete(id);
        }
        saySoon();
      },
      { rootMargin: "400px" },
    );
    const watched = new Set<Element>();
    const watch = (): void => {
      const drawn = new Set<Element>(root.querySelectorAll(":scope > [data-drawn]"));
      for (const cell of watched) {
        if (drawn.has(cell)) continue;
        visible.unobserve(cell);
        watched.delete(cell);
        near.delete((cell as HTMLElement).dataset.drawn ?? "");
        saySoon();
      }
      for (const cell of drawn) {
        if (watched.has(cell)) continue;
        watched.add(cell);
        visible.observe(cell);
      }
    };
    const changes = new MutationObserver(watch);
    changes.observe(root, { childList: true });
    document.addEventListener("visibilitychange", saySoon);
    watch();
    return () => {
      clearTimeout(timer);
      visible.disconnect();
      changes.disconnect();
      document.removeEventListener("visibilitychange", saySoon);
    };
  }, [model, list, isThere]);
}
