/**
 * How many columns of a terminal a text takes. Most of what we draw is ASCII and needs no tables; those for the rest
 * of Unicode are big and loaded when the first such text comes (until then each character counts as one column).
 */
type Measure = (text: string) => number;

let measure: Measure | null = null;
let loading: Promise<void> | null = null;

const PRINTABLE_ASCII = /^[ -~]*$/;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;:]*m`, "g");

export function columnsOf(text: string): number {
  const plain = text.replaceAll(COLOURS, "");
  if (PRINTABLE_ASCII.test(plain)) return plain.length;
  if (measure !== null) return measure(plain);
  void loadColumns();
  return [...plain].length;
}

/** For who wants the first line exact already. */
export function loadColumns(): Promise<void> {
  loading ??= import("string-width").then((module) => {
    measure = module.default;
  });
  return loading;
}
