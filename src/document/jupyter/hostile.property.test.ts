/** A client may write anything at all into the document that it shares; the live notebook stays a notebook. */
import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { Clock } from "../../util/clock.ts";
import { createLiveNotebook } from "../yjs-notebook.ts";
import { bridge, projectNotebook } from "./bridge.ts";
import { JupyterDocument } from "./jupyter-document.ts";

const stopped: Clock = { now: () => 0, schedule: () => () => {} };

/** Values, shared types among them, that have no business where they are put. */
const junk: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom(null, 1, "text", "", "code", true),
      fc.constant({ output_type: "stream" }),
      fc.constant({ a: { b: [1] } }),
    )
    .map((value) => () => value),
  fc.constant(() => new Y.Map([["output_type", "error"]])),
  fc.constant(() => new Y.Text("shared")),
  fc.constant(() => Y.Array.from([1, { output_type: "display_data" }])),
  fc.constant(() => {
    const text = new Y.Text("pic");
    text.insertEmbed(1, { image: "x" });
    return text;
  }),
);
const key = fc.constantFrom(
  "id",
  "cell_type",
  "source",
  "metadata",
  "outputs",
  "execution_count",
  "execution_state",
  "attachments",
  "loopbook_place",
  "odd",
);
const place = fc.nat(6);
const step = fc.oneof(
  fc.record({ type: fc.constant("element" as const), at: place, value: junk }),
  fc.record({
    type: fc.constant("cell" as const),
    at: place,
    fields: fc.array(fc.tuple(key, junk), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant("set" as const), at: place, key, value: junk }),
  fc.record({ type: fc.constant("unset" as const), at: place, key }),
  fc.record({ type: fc.constant("delete" as const), at: place }),
  fc.record({
    type: fc.constant("meta" as const),
    key: fc.constantFrom("metadata", "nbformat", "nbformat_minor", "cells", "odd"),
    value: junk,
  }),
  fc.record({ type: fc.constant("source" as const), at: place, text: fc.constantFrom("x", "\n") }),
);

test("junk of any shape", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      const live = createLiveNotebook({
        cells: ["a", "b", "c"].map((id) => ({
          id,
          cell_type: "code",
          metadata: {},
          source: id,
          execution_count: null,
          outputs: [],
        })),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      });
      const jupyter = new JupyterDocument(new Y.Doc());
      projectNotebook(live, jupyter, "seed");
      const between = bridge({
        live,
        jupyter,
        authorOf: () => ({ type: "remote", label: "lab" }),
        results: {
          mayTake: () => true,
          take: (_id, edits) => void live.write(edits, { type: "remote", label: "lab" }),
        },
        clock: stopped,
      });
      const theirs = new Y.Doc();
      Y.applyUpdate(theirs, Y.encodeStateAsUpdate(jupyter.doc));
      const cells = theirs.getArray<unknown>("cells");
      for (const one of steps) {
        const at = "at" in one ? one.at % Math.max(1, cells.length) : 0;
        const cell = cells.length > 0 ? cells.get(at) : undefined;
        if (one.type === "element") cells.insert(at, [one.value()]);
        else if (one.type === "cell")
          cells.insert(at, [new Y.Map(one.fields.map(([name, value]) => [name, value()]))]);
        else if (one.type === "meta") theirs.getMap("meta").set(one.key, one.value());
        else if (one.type === "delete" && cells.length > 0) cells.delete(at, 1);
        else if (cell instanceof Y.Map) {
          if (one.type === "set") cell.set(one.key, one.value());
          else if (one.type === "unset") cell.delete(one.key);
          else if (one.type === "source" && cell.get("source") instanceof Y.Text)
            cell.get("source").insert(0, one.text);
        }
        Y.applyUpdate(jupyter.doc, Y.encodeStateAsUpdate(theirs, Y.encodeStateVector(jupyter.doc)), "theirs");
        Y.applyUpdate(theirs, Y.encodeStateAsUpdate(jupyter.doc, Y.encodeStateVector(theirs)), "room");
        between.flush();
        expect(jupyter.ids()).toEqual(live.cellIds());
        const notebook = live.toNotebook();
        for (const cell of notebook.cells) {
          expect(["code", "markdown", "raw"]).toContain(cell.cell_type);
          expect(typeof cell.source).toBe("string");
          expect(JSON.parse(JSON.stringify(cell.metadata))).toEqual(cell.metadata);
          if (cell.cell_type === "code") expect(Array.isArray(cell.outputs)).toBe(true);
        }
        expect(Number.isInteger(notebook.nbformat_minor)).toBe(true);
      }
      // And it goes on: an honest edit of ours still arrives.
      const [first] = live.cellIds();
      if (first === undefined) return;
      live.apply({ type: "set-source", id: first, source: "honest" }, { type: "person", label: "ana" });
      expect(jupyter.content(first)?.source).toBe("honest");
    }),
    { numRuns: 400 },
  );
});
