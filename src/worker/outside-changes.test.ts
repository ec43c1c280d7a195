/** Any order of edits here, edits there, saves and looks: nothing that anybody wrote is lost. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import type { OutsideVersions } from "../document/outside-versions.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import { serialiseNotebook } from "../nbformat/serialise.ts";
import { CellId } from "../util/ids.ts";
import { Autosave } from "./autosave.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { OutsideChanges } from "./outside-changes.ts";

const ana: EditOrigin = { type: "person", label: "ana" };
const code = (id: string, source: string): Cell => ({
  id,
  cell_type: "code",
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});
const start: Notebook = {
  cells: [code("a", "a0\n"), code("b", "b0\n"), code("c", "c0\n")],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

/** A file that we and another program write. */
class Disk implements DocumentStore, OutsideVersions {
  text = serialiseNotebook(start);
  private known = this.text;

  load(): Promise<never> {
    return Promise.reject(new Error("not needed"));
  }
  async save(_path: string, notebook: Notebook): Promise<SaveResult> {
    if (this.text !== this.known)
      return { type: "failed", code: "changed-outside", reason: "It was changed." };
    this.text = serialiseNotebook(notebook);
    this.known = this.text;
    return { type: "saved", contentHash: this.text };
  }
  async takeOutside(): ReturnType<OutsideVersions["takeOutside"]> {
    if (this.text === this.known) return { type: "none" };
    try {
      const parsed = parseNotebook(this.text, "nb.ipynb");
      this.known = this.text;
      return { type: "changed", parsed };
    } catch {
      return { type: "broken", reason: "It is no notebook." };
    }
  }
  takeLoaded(): null {
    return null;
  }
  watch(): () => void {
    return () => {};
  }
  async conflictCopies(): Promise<readonly string[]> {
    return [];
  }
  readCopy(): Promise<never> {
    return Promise.reject(new Error("not needed"));
  }
  read(): Notebook {
    return parseNotebook(this.text, "nb.ipynb").notebook;
  }
}

/** Few cells and mostly additions at one end, so that both sides often write at one place. */
const edit = fc.record({
  type: fc.constantFrom(
    "append" as const,
    "append" as const,
    "prepend" as const,
    "insert" as const,
    "move" as const,
  ),
  isOutside: fc.boolean(),
  cell: fc.nat(1),
  at: fc.nat(3),
});
const step = fc.oneof(
  { weight: 12, arbitrary: edit },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.constantFrom(10, 300, 1_200, 6_000) }),
  },
  { weight: 2, arbitrary: fc.constant({ type: "look" } as const) },
  { weight: 1, arbitrary: fc.constant({ type: "break" } as const) },
);

test("every word that anybody wrote is in the file at the end, in a cell or in a conflict", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      const disk = new Disk();
      const clock = new ManualClock();
      const live = createLiveNotebook(disk.read());
      const outside = new OutsideChanges({ live, versions: disk, path: "nb.ipynb", isUnsaved: false });
      const autosave = new Autosave({
        live,
        store: disk,
        path: "nb.ipynb",
        clock,
        outside,
        onState: () => {},
      });
      const written: string[] = [];
      for (const [index, now] of steps.entries()) {
        const word = `w${index}w`;
        if (now.type === "pass") await clock.pass(now.ms);
        else if (now.type === "look") {
          autosave.lookOutside();
          await settled();
        } else if (now.type === "break") {
          // Half a file for a moment, and whole again.
          const { text } = disk;
          disk.text = text.slice(0, 40);
          autosave.lookOutside();
          await settled();
          await clock.pass(1_500);
          disk.text = text;
        } else if (now.isOutside) {
          const notebook = disk.read();
          disk.text = serialiseNotebook({ ...notebook, cells: edited(notebook.cells, now, word) });
          if (now.type !== "move") written.push(word);
        } else {
          const before = live.toNotebook().cells;
          const after = edited(before, now, word);
          for (const [place, cell] of after.entries()) {
            const id = CellId.of(cell.id ?? "");
            const previous = after[place - 1]?.id;
            const behind = previous === undefined ? null : CellId.of(previous);
            if (!live.cell(id)) {
              const fresh = { id, cellType: cell.cell_type, source: cell.source };
              live.apply({ type: "insert-cell", cell: fresh, after: behind }, ana);
            } else {
              live.apply({ type: "set-source", id, source: cell.source }, ana);
              if (now.type === "move") live.apply({ type: "move-cell", id, after: behind }, ana);
            }
          }
          if (now.type !== "move") written.push(word);
        }
      }
      autosave.lookOutside();
      await settled();
      await clock.pass(10_000);
      expect(await autosave.save()).toMatchObject({ type: "saved" });
      autosave.stop();
      const text = JSON.stringify(disk.read());
      expect(written.filter((word) => !text.includes(word))).toEqual([]);
      expect(disk.read()).toEqual(live.toNotebook());
      live.destroy();
    }),
    { numRuns: 100 },
  );
}, 60_000);

function edited(
  cells: readonly Cell[],
  { type, cell, at }: { type: "append" | "prepend" | "insert" | "move"; cell: number; at: number },
  word: string,
): Cell[] {
  const index = cell % cells.length;
  if (type === "insert") return cells.toSpliced(at % (cells.length + 1), 0, code(word, `${word}\n`));
  if (type === "move") {
    const [moved] = cells.slice(index, index + 1);
    return moved ? cells.toSpliced(index, 1).toSpliced(at % cells.length, 0, moved) : [...cells];
  }
  return cells.map((one, place) => {
    if (place !== index) return one;
    return { ...one, source: type === "append" ? `${one.source}${word}\n` : `${word}\n${one.source}` };
  });
}
