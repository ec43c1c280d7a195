import { useEffect } from "react";
import { cellOfRun } from "../run/run-text.ts";
import { useModel, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { usePage, useUi } from "./page-context.ts";

/** While the reader follows the run: each cell that it comes to is brought into view. Scrolling away ends it. */
export function useFollow(): void {
  const page = usePage();
  const model = useModel();
  const follows = useUi((ui) => ui.follows);
  const at = useSession(({ run }) => (isLive(run) ? cellOfRun(run, model.cellIds()) : null));
  const live = useSession(({ run }) => isLive(run));
  useEffect(() => {
    if (follows && at !== null) page.show(at);
  }, [page, follows, at]);
  useEffect(() => {
    if (follows && !live) page.follow(false);
  }, [page, follows, live]);
  useEffect(() => {
    if (!follows) return;
    const leave = (): void => page.follow(false);
    const listening = { passive: true };
    window.addEventListener("wheel", leave, listening);
    window.addEventListener("touchmove", leave, listening);
    return () => {
      window.removeEventListener("wheel", leave);
      window.removeEventListener("touchmove", leave);
    };
  }, [page, follows]);
}
