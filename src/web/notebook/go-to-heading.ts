import type { NotebookController } from "./controller.ts";

/** To a place of the notebook that a link names; the address bar tells it, so that one comes back with "back". */
export function goToHeading(page: NotebookController, href: string): void {
  void import("./toc/land.ts").then(({ land, placeOfHash }) => {
    const place = placeOfHash(page, href);
    if (!place) return;
    if (window.location.hash !== href) window.history.pushState(null, "", href);
    return land(page, place.id, place.nth);
  });
}
