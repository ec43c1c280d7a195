import { useEffect } from "react";
import { CellId } from "../../util/ids.ts";
import { Button } from "../parts/button.tsx";
import { useModel } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { usePage, useUi } from "./page-context.ts";
import styles from "./presence-bar.module.css";

/** How often the others are told where this page is, while it is scrolled. */
const TELL_MS = 250;

/** Tells the others where this page is, and scrolls along with the one that its reader follows. */
export function PresenceTogether() {
  const followed = useUi((ui) => ui.followed);
  useTelling();
  return followed === null ? null : <Following clientId={followed} />;
}

function useTelling(): void {
  const model = useModel();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      timer = undefined;
      model.presence.lookAt(firstInWindow());
    };
    const soon = (): void => {
      timer ??= setTimeout(tell, TELL_MS);
    };
    tell();
    window.addEventListener("scroll", soon, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("scroll", soon);
    };
  }, [model]);
}

/** The cell that stands first under the header. */
function firstInWindow(): string | null {
  const header = document.documentElement.style.getPropertyValue("--header-height");
  const top = (Number.parseFloat(header) || 64) + 8;
  for (const cell of document.querySelectorAll<HTMLElement>("[data-cell]"))
    if (cell.getBoundingClientRect().bottom > top) return cell.dataset.cell ?? null;
  return null;
}

/** Keys that scroll a page. */
const SCROLLS = new Set(["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End", " ", "j", "k"]);

function Following({ clientId }: { clientId: number }) {
  const page = usePage();
  const model = useModel();
  const others = useStore(model.presence.others);
  const other = others.find((one) => one.clientId === clientId);
  const at = other?.view ?? other?.cellId ?? null;
  const name = other?.party.displayName ?? null;
  useEffect(() => {
    const id = at === null ? undefined : model.cellIds().find((known) => known === CellId.of(at));
    if (id !== undefined) page.show(id);
  }, [page, model, at]);
  useEffect(() => {
    if (name !== null) return;
    page.followPage(null);
    page.tell("Whom you followed has left.");
  }, [page, name]);
  useEffect(() => {
    const leave = (): void => page.followPage(null);
    const byKey = (event: KeyboardEvent): void => {
      const types =
        event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
      if (SCROLLS.has(event.key) && !types) leave();
    };
    const passive = { passive: true };
    window.addEventListener("wheel", leave, passive);
    window.addEventListener("touchmove", leave, passive);
    window.addEventListener("keydown", byKey);
    return () => {
      window.removeEventListener("wheel", leave);
      window.removeEventListener("touchmove", leave);
      window.removeEventListener("keydown", byKey);
    };
  }, [page]);
  if (name === null) return null;
  return (
    <div className={styles.following}>
      <span role="status">
        You follow {name}. <span className={styles.how}>Scroll, and you are on your own again.</span>
      </span>
      <Button look="quiet" onClick={() => page.followPage(null)}>
        Stop following
      </Button>
    </div>
  );
}
