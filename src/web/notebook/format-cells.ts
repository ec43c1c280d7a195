/** Code cells as the formatter of the kernel's environment writes them. In a chunk of its own. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { FormattedCell } from "../../kernel/formatting/format-sources.ts";
import type { CellId } from "../../util/ids.ts";
import type { NotebookController } from "./controller.ts";

/** A request has no more cells than this; the server takes twice as many. */
const AT_ONCE = 100;

interface Asked {
  readonly id: CellId;
  readonly source: string;
}

/** One step of undo; a cell that somebody changed while the formatter was at work stays as it is. */
export async function formatCells(page: NotebookController, ids: readonly CellId[]): Promise<void> {
  const asked = ids.flatMap((id): Asked[] => {
    const cell = page.model.cell(id);
    return cell?.cellType === "code" && cell.source.trim() !== "" ? [{ id, source: cell.source }] : [];
  });
  if (asked.length === 0) return page.tell("There is no code to format.");
  const { kernel } = page.model.state.get();
  if (kernel.state === "none" || kernel.state === "dead")
    return page.tell("Formatting asks the notebook’s kernel: start it first, or run a cell.");
  const cells: FormattedCell[] = [];
  let formatter = "";
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const part = asked.slice(from, from + AT_ONCE).map(({ source }) => source);
    const answer = await page.model.requests.format(part);
    if (!answer.ok) return page.tell(answer.message, { tone: "bad" });
    const { value } = answer;
    if (value.type === "unsupported")
      return page.tell(`Only Python can be formatted so far; this kernel speaks ${value.language}.`);
    if (value.type === "no-formatter")
      return page.tell("The kernel’s environment has no formatter. Install black or ruff there.");
    formatter = value.formatter;
    cells.push(...value.cells);
  }
  const outcome = apply(page, asked, cells);
  page.tell(textOf(page, outcome, formatter), {
    tone: outcome.errors.length > 0 ? "bad" : "plain",
    ...(outcome.viaDocument > 0 ? { action: { label: "Undo", run: () => void page.model.undo.undo() } } : {}),
  });
}

interface Outcome {
  readonly changed: number;
  readonly viaDocument: number;
  /** Changed by somebody meanwhile. */
  readonly late: number;
  readonly errors: readonly { readonly id: CellId; readonly error: string; readonly line: number | null }[];
}

function apply(page: NotebookController, asked: readonly Asked[], cells: readonly FormattedCell[]): Outcome {
  const edits: NotebookEdit[] = [];
  const errors: Outcome["errors"][number][] = [];
  let late = 0;
  let inEditor = 0;
  for (const [index, { id, source }] of asked.entries()) {
    const cell = cells[index];
    if (cell === undefined) continue;
    if ("error" in cell) errors.push({ id, ...cell });
    else if (page.model.cell(id)?.source !== source) late += 1;
    else if (cell.source === source) continue;
    // In the editor, so that its own undo has it.
    else if (page.editor?.cell === id && page.editor.replace(source, cell.source)) inEditor += 1;
    else edits.push({ type: "set-source", id, source: cell.source });
  }
  const viaDocument = edits.length > 0 && page.apply(...edits) ? edits.length : 0;
  return { changed: viaDocument + inEditor, viaDocument, late, errors };
}

function textOf(page: NotebookController, { changed, late, errors }: Outcome, formatter: string): string {
  const [first] = errors;
  const parts = [
    changed > 0
      ? `${changed === 1 ? "1 cell" : `${changed} cells`} formatted with ${formatter}.`
      : errors.length === 0 && late === 0
        ? "Formatted already."
        : "",
    late > 0 ? `${late === 1 ? "1 was" : `${late} were`} changed meanwhile and left as they are.` : "",
    first
      ? `Cell ${page.ids().indexOf(first.id) + 1}${first.line === null ? "" : `, line ${first.line}`}: ${first.error}.`
      : "",
    errors.length > 1 ? `${errors.length - 1} more cannot be formatted.` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
