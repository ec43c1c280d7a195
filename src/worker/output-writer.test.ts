import { expect, test } from "vitest";
import { documentSink } from "../document/output-fold-sink.ts";
import { createPlainNotebook } from "../document/plain-notebook.ts";
import type { OutputMessage } from "../nbformat/output-message.ts";
import { CellId } from "../util/ids.ts";
import { ManualClock } from "./manual-clock.ts";
import { OutputWriter } from "./output-writer.ts";
import { byAna, codeCell } from "./scripted-session.ts";

const a = CellId.of("a");
const b = CellId.of("b");
const shown = (type: "display_data" | "update_display_data", text: string): OutputMessage => ({
  type,
  data: { "text/plain": text },
  metadata: {},
  displayId: "bar",
});

function aWriter() {
  const live = createPlainNotebook({
    cells: [codeCell("a", "1"), codeCell("b", "2")],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const clock = new ManualClock();
  const writer = new OutputWriter({ sink: documentSink(live, byAna), clock });
  const outputs = (id: CellId) => JSON.stringify(live.cell(id)?.outputs);
  return { live, clock, writer, outputs };
}

test("a released execution still shows what later cells do to its displays", () => {
  const { writer, outputs } = aWriter();
  const first = writer.begin(a);
  first.add(shown("display_data", "0 %"));
  writer.finish(first, 1);
  writer.release(first);
  const second = writer.begin(b);
  second.add(shown("update_display_data", "100 %"));
  writer.finish(second, 2);
  expect(outputs(a)).toContain("100 %");
});

test("a released execution shows nothing that comes late, and its cell runs again", async () => {
  const { writer, outputs, clock } = aWriter();
  const print = (text: string): OutputMessage => ({ type: "stream", name: "stdout", text });
  const first = writer.begin(a);
  first.add(print("in time"));
  writer.finish(first, 1);
  writer.late(first, print(", late"));
  await clock.pass(1_000);
  expect(outputs(a)).toContain("late");
  const second = writer.begin(a);
  second.add(print("again"));
  writer.finish(second, 2);
  writer.release(first);
  writer.late(second, print(", later"));
  await clock.pass(1_000);
  expect(outputs(a)).toContain("later");
  const third = writer.begin(b);
  writer.finish(third, 3);
  writer.release(third);
  writer.late(third, print("too late"));
  await clock.pass(1_000);
  expect(outputs(b)).toBe("[]");
});
