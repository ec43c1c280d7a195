import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Output, StreamOutput } from "../nbformat/notebook.ts";
import type { OutputMessage } from "../nbformat/output-message.ts";
import { assertNever } from "../util/assert-never.ts";
import { CellId } from "../util/ids.ts";
import type { OutputEdit } from "./edits.ts";
import { OutputFold, type OutputFoldOptions } from "./output-fold.ts";
import { DisplayIndex } from "./output-fold-displays.ts";

const aCell = CellId.of("a");

function aFold(options: Partial<OutputFoldOptions> = {}): OutputFold {
  return new OutputFold({ cellId: aCell, displays: new DisplayIndex(), ...options });
}

/** What a document holds after edits: the plainest possible list. */
function applyTo(outputs: Output[], edits: readonly OutputEdit[]): void {
  for (const edit of edits) {
    switch (edit.type) {
      case "append-output":
        outputs.push(edit.output);
        break;
      case "replace-output":
        if (edit.index >= outputs.length) throw new Error(`no output ${edit.index}`);
        outputs[edit.index] = edit.output;
        break;
      case "append-stream": {
        const stream = outputs[edit.index];
        if (stream?.output_type !== "stream") throw new Error(`no stream ${edit.index}`);
        outputs[edit.index] = {
          ...stream,
          text: stream.text.slice(0, stream.text.length - (edit.drop ?? 0)) + edit.text,
        } as StreamOutput;
        break;
      }
      case "remove-outputs":
      case "clear-outputs":
      case "begin-execution":
        outputs.length = 0;
        break;
      case "end-execution":
        break;
      default:
        assertNever(edit);
    }
  }
}

/** nbclient's way, on the whole text at once: its regular expression for `\r`, on text without backspaces. */
const nbclientReturns = (text: string): string => text.replace(/[^\n]*\r(?=[^\n])/g, "");

/** The rule said once more, letter by letter. */
function terminal(text: string): string {
  const shown: string[] = [];
  let returned = false;
  const startOfLine = (): number => shown.lastIndexOf("\n") + 1;
  for (const letter of text) {
    if (letter === "\b") {
      if (!returned && shown.length > startOfLine()) shown.pop();
    } else if (letter === "\r") {
      if (returned) shown.length = startOfLine();
      returned = true;
    } else {
      if (returned && letter === "\n") shown.push("\r");
      else if (returned) shown.length = startOfLine();
      returned = false;
      shown.push(letter);
    }
  }
  return shown.join("") + (returned ? "\r" : "");
}

/** An independent, naive model: keeps all messages' effects as whole lists, text raw until the end. */
function naive(messages: readonly OutputMessage[], byName: boolean): Output[] {
  let outputs: { output: Output; displayId: string | null }[] = [];
  let waits = false;
  for (const message of messages) {
    if (message.type === "execute_input") continue;
    if (message.type === "clear_output") {
      if (message.wait) waits = true;
      else {
        outputs = [];
        waits = false;
      }
      continue;
    }
    const isShown = message.type !== "update_display_data";
    if (isShown && waits) {
      outputs = [];
      waits = false;
    }
    if ("displayId" in message && message.displayId !== null) {
      for (const entry of outputs) {
        if (entry.displayId !== message.displayId) continue;
        entry.output = { ...entry.output, data: message.data, metadata: message.metadata } as Output;
      }
    }
    if (message.type === "stream") {
      const candidates = byName ? outputs : outputs.slice(-1);
      const joined = candidates.find(
        ({ output }) => output.output_type === "stream" && output.name === message.name,
      );
      if (joined) {
        const before = joined.output as StreamOutput;
        joined.output = { ...before, text: before.text + message.text };
      } else if (message.text !== "") {
        outputs.push({
          output: { output_type: "stream", name: message.name, text: message.text },
          displayId: null,
        });
      }
    } else if (message.type === "display_data") {
      const { data, metadata, displayId } = message;
      outputs.push({ output: { output_type: "display_data", data, metadata }, displayId });
    } else if (message.type === "execute_result") {
      const { data, metadata, displayId, executionCount } = message;
      outputs.push({
        output: { output_type: "execute_result", execution_count: executionCount, data, metadata },
        displayId,
      });
    } else if (message.type === "error") {
      const { ename, evalue, traceback } = message;
      outputs.push({
        output: { output_type: "error", ename, evalue, traceback: [...traceback] },
        displayId: null,
      });
    }
  }
  const folded = outputs.map(({ output }) =>
    output.output_type === "stream" ? { ...output, text: terminal(output.text) } : output,
  );
  if (byName) {
    folded.forEach((output, index) => {
      const next = folded[index + 1];
      if (output.output_type !== "stream" || output.name !== "stderr") return;
      if (next?.output_type === "stream" && next.name === "stdout") folded.splice(index, 2, next, output);
    });
  }
  return folded;
}

const someText = fc
  .array(fc.constantFrom("a", "bc", "\n", "\r", "\r\n", "\b", "\b\b", "é", "😀", "\u001b[31m"), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));
const someData = fc.constantFrom("1", "2", "3").map((text) => ({ "text/plain": text }));
const someId = fc.constantFrom(null, "x", "y");
const someMessage: fc.Arbitrary<OutputMessage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("stream" as const),
      name: fc.constantFrom("stdout", "stderr"),
      text: someText,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("display_data" as const),
      data: someData,
      metadata: fc.constant({}),
      displayId: someId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("update_display_data" as const),
      data: someData,
      metadata: fc.constant({}),
      displayId: fc.constantFrom("x", "y", "unknown"),
    }),
  },
  fc.record({
    type: fc.constant("execute_result" as const),
    data: someData,
    metadata: fc.constant({}),
    executionCount: fc.constant(3),
    displayId: someId,
  }),
  fc.constant<OutputMessage>({ type: "error", ename: "E", evalue: "v", traceback: ["t"] }),
  fc.record({ type: fc.constant("clear_output" as const), wait: fc.boolean() }),
);
/** Messages, and after which of them the document is brought up to date. */
const someStream = fc.array(fc.record({ message: someMessage, drains: fc.boolean() }), { maxLength: 40 });

describe("any split of the messages into drains", () => {
  test.each([false, true])("gives what a naive model of the whole gives (by name: %s)", (byName) => {
    fc.assert(
      fc.property(someStream, (steps) => {
        const fold = aFold({ streams: byName ? "by-name" : "consecutive" });
        const document: Output[] = [];
        for (const { message, drains } of steps) {
          fold.add(message);
          if (drains) {
            applyTo(document, fold.drain());
            expect(document).toEqual(fold.outputs());
          }
        }
        applyTo(document, fold.drain());
        expect(document).toEqual(
          naive(
            steps.map(({ message }) => message),
            byName,
          ),
        );
        expect(fold.drain()).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("announces exactly once that there is something to drain", () => {
    fc.assert(
      fc.property(someStream, (steps) => {
        let announced = 0;
        const fold = aFold({ onDirty: () => announced++ });
        const document: Output[] = [];
        for (const { message, drains } of steps) {
          const before = announced;
          fold.add(message);
          expect(announced - before).toBeLessThanOrEqual(1);
          if (!drains) continue;
          applyTo(document, fold.drain());
          announced = 0;
        }
        expect(announced).toBeLessThanOrEqual(1);
        if (announced === 0) expect(document).toEqual(fold.outputs());
      }),
    );
  });

  test("a carriage return is nbclient's", () => {
    const text = someText.map((value) => value.replaceAll("\b", ""));
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        const fold = aFold();
        for (const part of parts) fold.add({ type: "stream", name: "stdout", text: part });
        const shown = fold.outputs().map((output) => (output as StreamOutput).text);
        expect(shown.join("")).toBe(nbclientReturns(parts.join("")));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("streams", () => {
  test("added text travels as added text, a rewritten line as that line alone", () => {
    const fold = aFold();
    fold.add({ type: "stream", name: "stdout", text: "one\n 10%" });
    expect(fold.drain()).toHaveLength(1);
    fold.add({ type: "stream", name: "stdout", text: " of all" });
    expect(fold.drain()).toEqual([{ type: "append-stream", id: aCell, index: 0, text: " of all" }]);
    fold.add({ type: "stream", name: "stdout", text: "\r 20%" });
    expect(fold.drain()).toEqual([
      { type: "append-stream", id: aCell, index: 0, drop: " 10% of all".length, text: " 20%" },
    ]);
  });

  test("100,000 lines become one output, in a few edits", () => {
    const fold = aFold();
    for (let line = 0; line < 100_000; line++)
      fold.add({ type: "stream", name: "stdout", text: `${line}\n` });
    const edits = fold.drain();
    expect(edits).toHaveLength(1);
    expect((fold.outputs()[0] as StreamOutput).text).toHaveLength(588_890);
  });

  test("text beyond the limit is dropped, and the output says so", () => {
    const fold = aFold({ maxStreamLength: 10 });
    for (const text of ["12345", "67890", "abc", "def"]) fold.add({ type: "stream", name: "stdout", text });
    expect(fold.outputs()).toEqual([
      {
        output_type: "stream",
        name: "stdout",
        text: "1234567890\n[This output was cut after 10 characters.]\n",
      },
    ]);
  });
});

describe("outputs", () => {
  test("beyond the limit are dropped, and the cell says so", () => {
    const fold = aFold({ maxOutputs: 2 });
    for (const n of [1, 2, 3, 4]) {
      fold.add({ type: "display_data", data: { "text/plain": `${n}` }, metadata: {}, displayId: null });
    }
    const outputs = fold.outputs();
    expect(outputs).toHaveLength(3);
    expect(outputs[2]).toMatchObject({ text: "[The outputs of this cell were cut after 2.]\n" });
  });

  test("the count comes with the echo of the input", () => {
    const fold = aFold();
    fold.add({ type: "execute_input", executionCount: 7 });
    expect([fold.executionCount, fold.drain()]).toEqual([7, []]);
  });

  test("after somebody cleared a running cell, only what comes later is shown", () => {
    const fold = aFold();
    fold.add({ type: "stream", name: "stdout", text: "old\n" });
    fold.drain();
    fold.add({ type: "stream", name: "stdout", text: "new\n" });
    fold.forgetShown();
    const document: Output[] = [];
    applyTo(document, fold.drain());
    fold.add({ type: "stream", name: "stdout", text: "newer\n" });
    applyTo(document, fold.drain());
    expect(document).toEqual([{ output_type: "stream", name: "stdout", text: "new\nnewer\n" }]);
  });
});

describe("displays", () => {
  const show = (text: string, displayId: string): OutputMessage => ({
    type: "display_data",
    data: { "text/plain": text },
    metadata: {},
    displayId,
  });
  const update = (text: string, displayId: string): OutputMessage => ({
    type: "update_display_data",
    data: { "text/plain": text },
    metadata: { isolated: true },
    displayId,
  });

  function aFinishedCellWithADisplay() {
    const displays = new DisplayIndex();
    const first = aFold({ displays });
    first.add({ type: "stream", name: "stdout", text: "before\n" });
    first.add(show("0 %", "bar"));
    const document: Output[] = [];
    applyTo(document, first.drain());
    first.close();
    const second = aFold({ displays, cellId: CellId.of("b") });
    return { first, second, document };
  }

  test("a later cell updates the display of one that ended", () => {
    const { first, second, document } = aFinishedCellWithADisplay();
    second.add(update("50 %", "bar"));
    applyTo(document, first.drainClosed(document));
    second.add(update("100 %", "bar"));
    applyTo(document, first.drainClosed(document));
    expect(second.drain()).toEqual([]);
    expect(document[1]).toEqual({
      output_type: "display_data",
      data: { "text/plain": "100 %" },
      metadata: { isolated: true },
    });
  });

  test("an update leaves alone what somebody else put in the display's place", () => {
    const { first, second } = aFinishedCellWithADisplay();
    second.add(update("50 %", "bar"));
    expect(first.drainClosed([{ output_type: "stream", name: "stdout", text: "theirs" }])).toEqual([]);
    second.add(update("60 %", "bar"));
    expect(first.drainClosed(undefined)).toEqual([]);
  });

  test("a cell that runs again no longer takes updates for its old display", () => {
    const { first, second, document } = aFinishedCellWithADisplay();
    first.dispose();
    second.add(update("50 %", "bar"));
    expect(first.drainClosed(document)).toEqual([]);
  });
});
