import type { CellId } from "../../util/ids.ts";
import type { NotebookController } from "./controller.ts";

/** To a heading of the notebook, by its text as Jupyter makes anchors of it: spaces become hyphens. */
export function goToHeading(page: NotebookController, href: string): void {
  const wanted = anchorOf(decode(href.slice(1)));
  const id = page.ids().find((cell) => headingsOf(page, cell).some((text) => anchorOf(text) === wanted));
  if (id === undefined) return;
  page.select(id, { reveal: true });
  // Its cell may have to be drawn first.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const headings = document.querySelectorAll(
        `[data-cell="${CSS.escape(id)}"] :is(h1, h2, h3, h4, h5, h6)`,
      );
      const found = [...headings].find((heading) => anchorOf(heading.textContent ?? "") === wanted);
      found?.scrollIntoView({ block: "start" });
    }),
  );
}

function headingsOf(page: NotebookController, id: CellId): readonly string[] {
  const cell = page.model.cell(id);
  if (cell?.cellType !== "markdown") return [];
  return [...cell.source.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, text]) =>
    (text ?? "").replace(/[*_`]/g, ""),
  );
}

function anchorOf(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, "-");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
