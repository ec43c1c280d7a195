import { expect, test } from "vitest";
import type { Output } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { OutputTail } from "./output-tail.ts";

const cell = CellId.of("c1");
const stream = (text: string, name = "stdout"): Output => ({ output_type: "stream", name, text });

test("streams are given as they grow, and nothing twice", () => {
  const tail = new OutputTail();
  const second = stream("a\nb\n");
  expect(tail.take(cell, [stream("a\n")])).toEqual([{ channel: "stdout", text: "a\n" }]);
  expect(tail.take(cell, [second])).toEqual([{ channel: "stdout", text: "b\n" }]);
  expect(tail.take(cell, [second])).toEqual([]);
  expect(tail.take(cell, [second, stream("oh\n", "stderr")])).toEqual([{ channel: "stderr", text: "oh\n" }]);
});

test("a rewritten line comes again", () => {
  const tail = new OutputTail();
  tail.take(cell, [stream("start\n10%")]);
  expect(tail.take(cell, [stream("start\n20%")])).toEqual([{ channel: "stdout", text: "\n20%" }]);
});

test("a cell that runs anew is given from its beginning", () => {
  const tail = new OutputTail();
  tail.take(cell, [stream("one\ntwo\n")]);
  tail.take(cell, []);
  expect(tail.take(cell, [stream("one\n")])).toEqual([{ channel: "stdout", text: "one\n" }]);
});

test("results and errors are told", () => {
  const tail = new OutputTail();
  const error: Output = { output_type: "error", ename: "E", evalue: "v", traceback: ["t1", "t2"] };
  const picture: Output = { output_type: "display_data", data: { "image/png": "" }, metadata: {} };
  expect(tail.take(cell, [picture, error])).toEqual([
    { channel: "result", text: "<image/png>\n" },
    { channel: "error", text: "t1\nt2\n" },
  ]);
});

test("a stream that becomes too long for the notebook goes on where it was", () => {
  const tail = new OutputTail();
  const ref = "out_0123456789abcdef";
  const stored = { kind: "log", ref, seq: 1, bytes: 1, lines: 1, head: 1, tail: 1 };
  const face: Output = { output_type: "stream", name: "stdout", text: "a\n[…]\n", loopbook_stored: stored };
  const grown = (drop: number, text: string) =>
    tail.takeLog({ cellId: cell, ref, name: "stdout", drop, text });
  expect(tail.take(cell, [stream("a\n")])).toEqual([{ channel: "stdout", text: "a\n" }]);
  expect(grown(0, "a\nb\n50%")).toEqual([{ channel: "stdout", text: "b\n50%" }]);
  expect(tail.take(cell, [face])).toEqual([]);
  expect(grown(3, "60%")).toEqual([{ channel: "stdout", text: "\n60%" }]);
  expect(grown(0, "\nc\n")).toEqual([{ channel: "stdout", text: "\nc\n" }]);
  expect(tail.take(cell, [face, stream("oh\n", "stderr")])).toEqual([{ channel: "stderr", text: "oh\n" }]);
});
