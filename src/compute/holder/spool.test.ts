import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type Frame, FrameReader, KIND, messageBody, messageOf } from "./frames.ts";
import { framesOf, leftInSpool, Spool, spoolBytes } from "./spool.ts";

const base = mkdtempSync(join(tmpdir(), "lb-spool-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;
const aFolder = (): string => join(base, `s${++folders}`);

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
function anOutput(text: string, parent = "a"): Uint8Array[] {
  const parts = [
    json({ msg_type: "stream" }),
    json({ msg_id: parent }),
    json({}),
    json({ name: "stdout", text }),
  ];
  return messageBody({ channel: "iopub", isOutput: true, parts });
}
function aStatus(state: string, parent = "a"): Uint8Array[] {
  const parts = [
    json({ msg_type: "status" }),
    json({ msg_id: parent }),
    json({}),
    json({ execution_state: state }),
  ];
  return messageBody({ channel: "iopub", isOutput: false, parts });
}
/** What a test can compare: text of outputs, state of statuses. */
function told(frame: Frame): string {
  if (frame.kind !== KIND.message) return `kind ${frame.kind}`;
  const content = JSON.parse(String(messageOf(frame)?.parts[3])) as {
    text?: string;
    execution_state?: string;
  };
  return content.execution_state ?? content.text ?? "";
}
const texts = (frames: Iterable<Frame>): string[] =>
  [...frames].filter(({ kind }) => kind !== KIND.acknowledged).map(told);

describe("a spool", () => {
  test("gives back what was appended, in order, across segments", () => {
    const folder = aFolder();
    const spool = new Spool(folder, { segmentBytes: 200 });
    for (let i = 0; i < 50; i++) spool.append(KIND.message, anOutput(`line ${i}`));
    spool.close();
    expect(readdirSync(folder).length).toBeGreaterThan(5);
    expect(texts(leftInSpool(folder))).toEqual(Array.from({ length: 50 }, (_, i) => `line ${i}`));
  });

  test("over its limit loses the oldest outputs, says how many, and keeps beginnings and ends", () => {
    const folder = aFolder();
    const spool = new Spool(folder, { segmentBytes: 2_000, limitBytes: 10_000 });
    spool.append(KIND.message, aStatus("busy"));
    for (let i = 0; i < 1_000; i++) {
      spool.append(KIND.message, anOutput(`line ${i}`));
      spool.flush();
    }
    spool.append(KIND.message, aStatus("idle"));
    spool.append(KIND.exit, [json({ signal: "SIGKILL" })]);
    spool.close();
    expect(spoolBytes(folder)).toBeLessThan(14_000);
    const left = texts(leftInSpool(folder));
    expect(left[0]).toBe("busy");
    expect(left.slice(-2)).toEqual(["idle", "kind 3"]);
    const [cut = "", ...kept] = left.slice(1, -2);
    const missing = Number(/^\[([\d,]+) outputs/.exec(cut)?.[1]?.replaceAll(",", ""));
    expect(kept).toEqual(Array.from({ length: 1_000 - missing }, (_, i) => `line ${missing + i}`));
  });

  test("keeps in memory what a disk does not take, and writes it later", () => {
    const folder = aFolder();
    const spool = new Spool(folder);
    spool.append(KIND.message, anOutput("one"));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    spool.flush();
    expect(spool.problem).not.toBeNull();
    expect(texts(framesOf(spool.read(1).bytes))).toEqual(["one"]);
    rmSync(folder);
    cpSync(aSpoolOf([]), folder, { recursive: true });
    spool.close();
    expect(texts(leftInSpool(folder))).toEqual(["one"]);
  });
});

function aSpoolOf(bodies: readonly Uint8Array[][]): string {
  const folder = aFolder();
  const spool = new Spool(folder);
  for (const body of bodies) spool.append(KIND.message, body);
  spool.close();
  return folder;
}

describe("any history of a spool", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), size: fc.nat(300) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("status" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("acknowledge" as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const) }) },
  );

  test("a reader that follows sees every entry once and in order; what is cut is said", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.boolean(), (steps, isTight) => {
        const spool = new Spool(aFolder(), { segmentBytes: 400, limitBytes: isTight ? 1_500 : 1e9 });
        let outputs = 0;
        let statuses = 0;
        const seen: Frame[] = [];
        let next = 1;
        const reader = new FrameReader();
        const follow = (): void => {
          while (next <= spool.lastSeq) {
            const part = spool.read(next);
            next = part.next;
            if (part.bytes.byteLength > 0) reader.push(part.bytes, (frame) => seen.push(frame));
          }
        };
        for (const each of steps) {
          if (each.do === "append")
            spool.append(KIND.message, anOutput(`o${outputs++} ${"x".repeat(each.size)}`));
          if (each.do === "status") spool.append(KIND.message, aStatus(`s${statuses++}`));
          if (each.do === "read") follow();
          if (each.do === "flush") spool.flush();
          // A client acknowledges what it has.
          if (each.do === "acknowledge") spool.acknowledge(Math.floor(each.share * (next - 1)));
        }
        follow();
        spool.close();
        const all = seen.map(({ seq }) => seq);
        expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
        const shown = texts(seen);
        expect(shown.filter((text) => text.startsWith("s"))).toEqual(
          Array.from({ length: statuses }, (_, i) => `s${i}`),
        );
        const cut = shown.reduce((sum, text) => sum + Number(/^\[(\d+) outputs/.exec(text)?.[1] ?? 0), 0);
        const whole = shown.filter((text) => text.startsWith("o")).length;
        // What was cut before it was read is counted; what was cut after it was read may be counted again.
        expect(cut + whole).toBeGreaterThanOrEqual(outputs);
        if (!isTight) expect([cut, whole]).toEqual([0, outputs]);
      }),
      { numRuns: 150 },
    );
  });

  test("killed at any byte, what nobody acknowledged is left up to there: once, in order, nothing torn", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(2_000), (steps, lostBytes) => {
        const folder = aFolder();
        const spool = new Spool(folder, { segmentBytes: 500 });
        const appended: string[] = [];
        const numbers: number[] = [];
        let acknowledged = 0;
        for (const each of steps) {
          if (each.do === "append") {
            appended.push(`o${appended.length} ${"x".repeat(each.size)}`);
            spool.append(KIND.message, anOutput(appended.at(-1) ?? ""));
            numbers.push(spool.lastSeq);
          }
          if (each.do === "flush") spool.flush();
          if (each.do === "acknowledge") {
            const seq = Math.floor(each.share * spool.lastSeq);
            spool.acknowledge(seq);
            acknowledged = Math.max(acknowledged, seq);
          }
        }
        spool.flush();
        // Only the file that is being written can be torn.
        const crashed = aFolder();
        cpSync(folder, crashed, { recursive: true });
        spool.close();
        const last = readdirSync(crashed).sort().at(-1);
        if (last !== undefined) {
          const file = join(crashed, last);
          const size = spoolBytes(crashed) === 0 ? 0 : statSync(file).size;
          truncateSync(file, Math.max(0, size - lostBytes));
        }
        const left = texts(leftInSpool(crashed));
        const unread = appended.filter((_, index) => (numbers[index] ?? 0) > acknowledged);
        // The acknowledgement itself may be torn off: then more is told again, never less and never a hole.
        const from = left.length === 0 ? 0 : appended.indexOf(left[0] ?? "");
        expect(left).toEqual(appended.slice(from, from + left.length));
        if (lostBytes === 0) expect(left).toEqual(unread);
      }),
      { numRuns: 150 },
    );
  });

  test("killed between the two steps of joining cut segments, nothing is told twice", () => {
    const folder = aFolder();
    const spool = new Spool(folder, { segmentBytes: 300 });
    for (let i = 0; i < 20; i++) spool.append(KIND.message, aStatus(`s${i}`));
    spool.close();
    const [first = "", second = ""] = readdirSync(folder).sort();
    const joined = Buffer.concat([first, second].map((name) => readFileSync(join(folder, name))));
    writeFileSync(join(folder, first), joined);
    writeFileSync(join(folder, `${first}.new`), joined);
    expect(texts(leftInSpool(folder))).toEqual(Array.from({ length: 20 }, (_, i) => `s${i}`));
  });
});
