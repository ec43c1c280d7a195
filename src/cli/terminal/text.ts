/** Text for a terminal: widths, cutting, durations. Pure. */
import { columnsOf } from "./columns.ts";

const ESC = "\u001B";
const range = (from: number, to: number): string => `${String.fromCharCode(from)}-${String.fromCharCode(to)}`;
const CSI = `${ESC}\\[[0-?]*[ -/]*[@-~]`;
/** Titles, links, clipboard. */
const OSC = `${ESC}\\][^\u0007${ESC}]*(?:\u0007|${ESC}\\\\)`;
const ESCAPES = new RegExp(`${CSI}|${OSC}|${ESC}[@-Z\\\\-_]`, "g");
const COLOUR = new RegExp(`^${ESC}\\[[\\d;:]*m$`);
const STRAY_ESCAPE = new RegExp(`${ESC}(?!\\[[\\d;:]*m)`, "g");
/** What a terminal would act on; a tab and a line feed stay. */
const CONTROLS_BUT_ESCAPE = new RegExp(
  `[${range(0, 8)}${range(11, 26)}${range(28, 31)}${range(127, 159)}]`,
  "g",
);

/** Without colours and other escape sequences, and without control characters. */
export function plainText(text: string): string {
  return text.replaceAll(ESCAPES, "").replaceAll(ESC, "").replaceAll(CONTROLS_BUT_ESCAPE, "");
}

/**
 * What may be printed as it is: colours stay, every other escape sequence and control character goes, so that an
 * output cannot retitle or rewrite the terminal of who looks at it.
 */
export function printableText(text: string): string {
  return text
    .replaceAll(ESCAPES, (sequence) => (COLOUR.test(sequence) ? sequence : ""))
    .replaceAll(STRAY_ESCAPE, "")
    .replaceAll(CONTROLS_BUT_ESCAPE, "");
}

/** Printable, and with colours only where they are wanted. */
export function shownText(text: string, colours: { readonly isColorSupported: boolean }): string {
  return colours.isColorSupported ? printableText(text) : plainText(text);
}

/** Cuts plain text to a number of columns, with `…` where something is missing. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const more = columnsOf(segment);
    if (width + more > columns - 1) break;
    cut += segment;
    width += more;
  }
  return columns <= 0 ? "" : `${cut}…`;
}

export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function durationText(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** The last line that a person would see of a text that a program wrote, with `\r` and backspaces heeded. */
export function lastVisibleLine(text: string): string {
  const lines = text.slice(-20_000).split("\n");
  for (const line of lines.reverse()) {
    const written = line.split("\r").filter((part) => part !== "");
    const plain = plainText(written.at(-1) ?? "").trimEnd();
    if (plain.trim() !== "") return plain;
  }
  return "";
}
