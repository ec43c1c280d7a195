import { YNotebook } from "@jupyter/ydoc";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { Clock } from "../../util/clock.ts";
import { CellId } from "../../util/ids.ts";
import type { LiveNotebook } from "../live-notebook.ts";
import { createLiveNotebook } from "../yjs-notebook.ts";
import { type Bridge, bridge, projectNotebook } from "./bridge.ts";
import { JupyterDocument } from "./jupyter-document.ts";

const run = { type: "run", label: "run_1" } as const;
const id = CellId.of;

/** Time passes when the test says so. */
class TestClock implements Clock {
  private waiting: (() => void)[] = [];
  now(): number {
    return 0;
  }
  schedule(_delayMs: number, callback: () => void): () => void {
    this.waiting.push(callback);
    return () => {
      this.waiting = this.waiting.filter((one) => one !== callback);
    };
  }
  pass(): void {
    for (const callback of this.waiting.splice(0)) callback();
  }
}

interface Joined {
  readonly live: LiveNotebook;
  readonly between: Bridge;
  readonly lab: YNotebook;
  readonly clock: TestClock;
  /** Transactions that the lab was told. */
  readonly told: () => number;
}

function joined(notebook: Notebook): Joined {
  const live = createLiveNotebook(notebook);
  const jupyter = new JupyterDocument(new Y.Doc());
  projectNotebook(live, jupyter, "seed");
  const clock = new TestClock();
  const between = bridge({
    live,
    jupyter,
    authorOf: () => ({ type: "remote", label: "lab" }),
    results: {
      mayTake: () => true,
      take: (_id, edits) => void live.write(edits, { type: "remote", label: "lab" }),
    },
    clock,
  });
  const lab = new YNotebook();
  let told = 0;
  Y.applyUpdate(lab.ydoc, Y.encodeStateAsUpdate(jupyter.doc), "room");
  jupyter.doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin === "lab") return;
    told++;
    Y.applyUpdate(lab.ydoc, update, "room");
  });
  lab.ydoc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "room") Y.applyUpdate(jupyter.doc, update, "lab");
  });
  return { live, between, lab, clock, told: () => told };
}

const aNotebook = (): Notebook => ({
  cells: [{ id: "a", cell_type: "code", metadata: {}, source: "aaa", execution_count: null, outputs: [] }],
  metadata: { kernelspec: { name: "python3", display_name: "Python 3" } },
  nbformat: 4,
  nbformat_minor: 5,
});

test("text goes over as it was typed, so that a cursor among equal letters stays where it is", () => {
  const { live, lab } = joined(aNotebook());
  const text = live.sourceText(id("a"));
  const cursor = text && Y.createRelativePositionFromTypeIndex(text, 2);
  lab.cells[0]?.updateSource(0, 0, "a");
  const moved = cursor && Y.createAbsolutePositionFromRelativePosition(cursor, live.doc);
  expect(text?.toString()).toBe("aaaa");
  expect(moved?.index).toBe(3);
});

test("a pipeline that writes all the time is told at a pace, and its end comes with every line", () => {
  const { live, lab, clock, told } = joined(aNotebook());
  live.write([{ type: "begin-execution", id: id("a") }], run);
  for (let line = 0; line < 1000; line++) {
    const text = `line ${line}\n`;
    live.write(
      line === 0
        ? [{ type: "append-output", id: id("a"), output: { output_type: "stream", name: "stdout", text } }]
        : [{ type: "append-stream", id: id("a"), index: 0, text }],
      run,
    );
  }
  live.write([{ type: "end-execution", id: id("a"), executionCount: 5 }], run);
  expect(told()).toBe(1);
  clock.pass();
  expect(told()).toBe(2);
  expect(lab.cells[0]?.toJSON()).toMatchObject({
    execution_count: 5,
    outputs: [{ output_type: "stream", name: "stdout", text: live.cell(id("a"))?.outputs[0]?.text }],
  });
});

test("what JupyterLab notes of its kernel when it opens a notebook is no edit until somebody makes one", () => {
  const { live, lab } = joined(aNotebook());
  const before = live.toNotebook();
  lab.setMetadata("kernelspec", {
    name: "python3",
    display_name: "Python 3 (ipykernel)",
    language: "python",
  });
  lab.setMetadata("language_info", { name: "python", version: "3.14" });
  lab.cells[0]?.setMetadata("trusted", true);
  expect(live.metadata()).toEqual(before.metadata);
  // Somebody else changes another key: the notes stay there.
  live.apply({ type: "set-notebook-metadata", key: "title", value: "Digits" }, run);
  expect(lab.getMetadata("language_info")).toEqual({ name: "python", version: "3.14" });

  lab.cells[0]?.setSource("b");
  expect(live.metadata()).toEqual({
    kernelspec: { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" },
    language_info: { name: "python", version: "3.14" },
    title: "Digits",
  });
  expect(live.cell(id("a"))?.metadata).toEqual({});
});

test("another kernel is somebody's choice, and an edit", () => {
  const { live, lab } = joined(aNotebook());
  lab.setMetadata("kernelspec", { name: "ir", display_name: "R" });
  expect(live.metadata().kernelspec).toEqual({ name: "ir", display_name: "R" });
});
