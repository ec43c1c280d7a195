import { useEffect } from "react";
import { useSession } from "../session/hooks.ts";
import { usePage } from "./page-context.ts";

/** The page begins, and goes on with "back" and "forward", where its address says: a cell or a heading. */
export function useLanding(): void {
  const page = usePage();
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    if (!loaded) return;
    const go = (): void => {
      const { hash } = window.location;
      if (hash.length < 2) return;
      void import("./toc/land.ts").then(({ land, placeOfHash }) => {
        const place = placeOfHash(page, hash);
        if (place) return land(page, place.id, place.nth);
        page.tell("The cell or heading that this link leads to is not in the notebook any more.");
      });
    };
    go();
    window.addEventListener("hashchange", go);
    return () => window.removeEventListener("hashchange", go);
  }, [page, loaded]);
}
