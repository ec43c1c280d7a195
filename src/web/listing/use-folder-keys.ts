import { type RefObject, useEffect, useRef } from "react";
import type { Asked } from "./folder-state.ts";
import type { Entry } from "./listing-order.ts";
import type { useTicks } from "./use-ticks.ts";

interface FolderKeys {
  readonly entries: readonly Entry[];
  readonly ticks: ReturnType<typeof useTicks>;
  readonly mayEdit: boolean;
  readonly ask: (asked: Asked) => void;
}

/** Keys of the list: arrows, Home and End, Space ticks, Ctrl A all, Del, F2, `/` to the search, Esc. */
export function useFolderKeys(keys: FolderKeys): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null);
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") || isInMenu(event.target)) return;
      if (act(event, page.current, now.current)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return page;
}

function act(
  event: KeyboardEvent,
  page: HTMLElement | null,
  { entries, ticks, mayEdit, ask }: FolderKeys,
): boolean {
  const links = [...(page?.querySelectorAll<HTMLElement>("[data-path] > a") ?? [])];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const here = entries.find(({ path }) => path === links[at]?.parentElement?.dataset.path);
  if ((event.ctrlKey || event.metaKey) && event.key === "a") {
    ticks.all();
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  switch (event.key) {
    case "/":
      page?.querySelector<HTMLElement>("[data-folder-search]")?.focus();
      return true;
    case "Escape":
      ticks.none();
      return ticks.ticked.length > 0;
    case "ArrowDown":
    case "ArrowUp": {
      const next = links[event.key === "ArrowDown" ? at + 1 : at < 0 ? links.length - 1 : at - 1];
      next?.focus();
      const path = next?.parentElement?.dataset.path;
      if (event.shiftKey && path !== undefined) {
        if (here && !ticks.has(here.path)) ticks.tick(here.path, false);
        ticks.tick(path, true);
      }
      return next !== undefined;
    }
    case "Home":
    case "End":
      if (at < 0) return false;
      links.at(event.key === "Home" ? 0 : -1)?.focus();
      return true;
    case " ":
      if (here) ticks.tick(here.path, false);
      return here !== undefined;
    case "Delete": {
      const chosen = ticks.ticked.length > 0 ? ticks.ticked : here ? [here] : [];
      if (mayEdit && chosen.length > 0) ask({ what: "delete", entries: chosen });
      return chosen.length > 0;
    }
    case "F2":
      if (mayEdit && here) ask({ what: "rename", entry: here });
      return here !== undefined;
    default:
      return false;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}

function isInMenu(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role=menu]") !== null;
}
