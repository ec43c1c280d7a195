import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnsiLines, PLAIN, parseAnsi, stripAnsi } from "./ansi.ts";

const ESC = "\u001b";
const text = (source: string): string[] =>
  parseAnsi(source).map((line) => line.map((span) => span.text).join(""));

describe("terminal text", () => {
  test("colours and weights open and close", () => {
    expect(parseAnsi(`${ESC}[1;31mbad${ESC}[0m fine`)).toEqual([
      [
        { text: "bad", style: { ...PLAIN, bold: true, fg: 1 } },
        { text: " fine", style: PLAIN },
      ],
    ]);
  });

  test("bright, 256 and true colours", () => {
    const [line] = parseAnsi(`${ESC}[96ma${ESC}[38;5;208mb${ESC}[48;2;1;2;3mc${ESC}[38;5;250md`);
    expect(line?.map((span) => [span.style.fg, span.style.bg])).toEqual([
      [14, null],
      ["#ff8700", null],
      ["#ff8700", "#010203"],
      ["#bcbcbc", "#010203"],
    ]);
  });

  test("a carriage return writes over the line, and keeps what is longer", () => {
    expect(text("10 %\r20 %\n")).toEqual(["20 %"]);
    expect(text("abcdef\rxy\n")).toEqual(["xycdef"]);
    expect(text("one\r\ntwo")).toEqual(["one", "two"]);
    expect(text(`loading\r${ESC}[Kok`)).toEqual(["ok"]);
    expect(text("ab\bc")).toEqual(["ac"]);
  });

  test("other control sequences are dropped, also window titles", () => {
    expect(text(`${ESC}]0;title\u0007a${ESC}[2Jb${ESC}[?25lc`)).toEqual(["abc"]);
  });

  test("markup stays text", () => {
    expect(stripAnsi("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
  });

  test("cut anywhere, the pieces give what the whole gives", () => {
    const piece = fc.constantFrom(
      "a",
      "bc",
      "\n",
      "\r",
      "\r\n",
      "\b",
      `${ESC}[31m`,
      `${ESC}[0m`,
      `${ESC}[K`,
      `${ESC}[38;5;9m`,
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(80), { maxLength: 4 }),
        (parts, cuts) => {
          const whole = parts.join("");
          const lines = new AnsiLines();
          let from = 0;
          for (const cut of [...cuts].sort((a, b) => a - b)) {
            lines.push(whole.slice(from, Math.max(from, cut)));
            from = Math.max(from, cut);
          }
          lines.push(whole.slice(from));
          const flat = (all: ReturnType<typeof parseAnsi>) =>
            all.map((line) => line.flatMap((span) => [...span.text].map((letter) => [letter, span.style])));
          expect(flat(lines.lines())).toEqual(flat(parseAnsi(whole)));
        },
      ),
    );
  });
});
