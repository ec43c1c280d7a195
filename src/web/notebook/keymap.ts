/** From key events to commands: chords (`Ctrl+Shift+C`) and sequences (`d d`). Pure but for the clock it is given. */

export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * `Shift+Enter`, `Ctrl+s`, `a`, `Shift+A`. The command key of a Mac counts as Ctrl. Signs that need Shift on one
 * keyboard and not on another (`?`) are themselves; `Ctrl+Shift+-` is that key, whatever it gives with Shift.
 */
export function chordOf(stroke: KeyStroke): string {
  const isLetter = /^\p{L}$/u.test(stroke.key);
  const isNamed = stroke.key.length > 1 || stroke.key === " ";
  const ctrl = stroke.ctrlKey || stroke.metaKey;
  const parts: string[] = [];
  if (ctrl) parts.push("Ctrl");
  if (stroke.altKey) parts.push("Alt");
  if (stroke.shiftKey && (isLetter || isNamed || ctrl)) parts.push("Shift");
  const key = stroke.key === " " ? "Space" : ctrl && stroke.shiftKey && stroke.key === "_" ? "-" : stroke.key;
  parts.push(isLetter ? (stroke.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key);
  return parts.join("+");
}

/** A second key of a sequence counts only when it comes within this. */
const SEQUENCE_MS = 1000;

/** Whether a key alone types a character: those can be turned off (WCAG 2.1.4). */
export function isCharacterKey(chord: string): boolean {
  return !/^(?:Ctrl|Alt)\+/.test(chord) && /^(?:Shift\+)?.$/u.test(chord);
}

export class KeySequences<C> {
  private readonly bindings: ReadonlyMap<string, C>;
  private readonly beginnings: ReadonlySet<string>;
  private readonly now: () => number;
  private first: { readonly chord: string; readonly atMs: number } | null = null;

  constructor(bindings: ReadonlyMap<string, C>, now: () => number = () => performance.now()) {
    this.bindings = bindings;
    this.beginnings = new Set(
      [...bindings.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0] ?? ""),
    );
    this.now = now;
  }

  /** The command of this stroke; `pending` when a second key is awaited; null when it means nothing here. */
  press(chord: string): C | "pending" | null {
    const first = this.first;
    this.first = null;
    if (first && this.now() - first.atMs <= SEQUENCE_MS) {
      const command = this.bindings.get(`${first.chord} ${chord}`);
      if (command !== undefined) return command;
    }
    const command = this.bindings.get(chord);
    if (command !== undefined) return command;
    if (!this.beginnings.has(chord)) return null;
    this.first = { chord, atMs: this.now() };
    return "pending";
  }
}
