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
