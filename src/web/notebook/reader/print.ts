/** To paper: everything is drawn and loaded before the browser is asked to print, which waits for nothing itself. */
import { viewStore } from "../../session/view.ts";
import type { NotebookController } from "../controller.ts";
import { setPrinting } from "./reader-actions.ts";

/** What has not come by then (a server that is gone) is left out, and said so. */
const MAX_WAIT_MS = 60_000;
/** Nothing came or changed for so long: it is all there. */
const QUIET_MS = 200;

export async function print(page: NotebookController): Promise<void> {
  if (viewStore.get().isPrinting) return;
  const place = window.scrollY;
  page.tell("Getting everything ready for paper…");
  setPrinting(page, true);
  try {
    const missing = await ready();
    page.dismissNotice();
    if (missing > 0)
      page.tell(
        `${missing} ${missing === 1 ? "output" : "outputs"} did not come in time and ${missing === 1 ? "is" : "are"} missing on paper.`,
        { tone: "bad" },
      );
    window.print();
  } finally {
    setPrinting(page, false);
    window.scrollTo({ top: place, behavior: "instant" });
  }
}

/** @returns how many outputs did not come. */
async function ready(): Promise<number> {
  const notebook = document.querySelector("[data-notebook]");
  if (!notebook) return 0;
  const untilMs = performance.now() + MAX_WAIT_MS;
  let changedMs = performance.now();
  const observer = new MutationObserver(() => {
    changedMs = performance.now();
  });
  observer.observe(notebook, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
  try {
    await document.fonts.ready;
    for (;;) {
      const missing = pending(notebook);
      const now = performance.now();
      if ((missing === 0 && now - changedMs >= QUIET_MS) || now > untilMs) return missing;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 4));
    }
  } finally {
    observer.disconnect();
  }
}

function pending(notebook: Element): number {
  const images = [...notebook.querySelectorAll("img")].filter((image) => !image.complete);
  return images.length + notebook.querySelectorAll("[aria-busy=true]").length;
}
