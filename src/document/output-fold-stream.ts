/**
 * The text of one stream output while it is being written: what a terminal would show of `\r` and backspace, and
 * how much of it the document holds already, so that a flush costs what is new and not what is there.
 *
 * `\r`: as nbclient's `coalesce_streams` does it, the next character (unless it is `\n`) removes the line so far.
 * That, and not overwriting letter by letter, keeps lines with ANSI colours whole. A `\r` at the very end stays.
 * Backspace: takes back one character of the same line. (nbclient means to, but its loop never runs.)
 */

/** What the document must do to hold the text: take `drop` characters off its end, then add `text`. */
export interface StreamStep {
  readonly drop: number;
  readonly text: string;
}

const CONTROL = /[\r\b]/;
const TOKENS = /[^\r\n\b]+|[\b]+|\r|\n/g;

export class StreamText {
  readonly name: string;
  /** Whole lines: nothing changes them any more. */
  private settled = "";
  private settledLength = 0;
  private isReleased = false;
  /** The line being written, in parts, so that taking one character back does not copy the line. */
  private line: string[] = [];
  private lineLength = 0;
  /** A `\r` came and nothing after it yet. */
  private returned = false;
  /** The end of `settled` that the document does not hold as settled; its last line starts with it. */
  private fresh = "";
  /** Length of the line that ends the document's text, and how much of it is still a beginning of ours. */
  private shownLine = 0;
  private kept = 0;
  private room: number;
  private isCut = false;
  private readonly limit: number;

  /** @param limit characters that are kept; what comes after is dropped and a last line says so. */
  constructor(name: string, limit: number) {
    this.name = name;
    this.limit = limit;
    this.room = limit;
  }

  feed(text: string): void {
    if (this.isCut) return;
    this.isCut = text.length > this.room;
    this.write(this.isCut ? text.slice(0, this.room) : text);
    if (this.isCut)
      this.write(`\n[This output was cut after ${this.limit.toLocaleString("en")} characters.]\n`);
  }

  toString(): string {
    return this.settled + this.lastLine();
  }

  /** Characters of it. */
  get length(): number {
    return this.settledLength + this.lineLength;
  }

  /** Characters that `drain` would give. */
  get waiting(): number {
    return this.fresh.length + this.lineLength;
  }

  /**
   * All of it, noted as drained. From now on only the last line is kept here, and the limit is that of a line:
   * `toString` no longer tells the whole.
   */
  release(): string {
    const text = this.toString();
    this.drain();
    this.settled = "";
    this.isReleased = true;
    this.room = this.limit - this.lineLength;
    return text;
  }

  /** The step since the last call, or null when the document has everything. The caller performs it. */
  drain(): StreamStep | null {
    const last = this.lastLine();
    const tail = this.fresh + last;
    const drop = this.shownLine - this.kept;
    const text = tail.slice(this.kept);
    this.fresh = "";
    this.shownLine = last.length;
    this.kept = last.length;
    return drop === 0 && text === "" ? null : { drop, text };
  }

  private write(text: string): void {
    if (this.returned || CONTROL.test(text)) {
      for (const [token] of text.matchAll(TOKENS)) this.take(token);
      return;
    }
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      this.push(text.slice(0, end));
      this.settle();
    }
    if (end < text.length) this.push(text.slice(end));
  }

  private take(token: string): void {
    switch (token[0]) {
      case "\r":
        if (this.returned) this.erase();
        this.returned = true;
        break;
      case "\n":
        this.push(this.returned ? "\r\n" : "\n");
        this.returned = false;
        this.settle();
        break;
      case "\b":
        // At the line's start a terminal's cursor has nowhere to go.
        if (!this.returned) this.takeBack(token.length);
        break;
      default:
        if (this.returned) this.erase();
        this.returned = false;
        this.push(token);
    }
  }

  private push(part: string): void {
    this.line.push(part);
    this.lineLength += part.length;
    this.room -= part.length;
  }

  private settle(): void {
    const line = this.line.length === 1 ? (this.line[0] ?? "") : this.line.join("");
    if (!this.isReleased) this.settled += line;
    else this.room = this.limit;
    this.settledLength += line.length;
    this.fresh += line;
    this.line = [];
    this.lineLength = 0;
  }

  private erase(): void {
    this.room += this.lineLength;
    this.line = [];
    this.lineLength = 0;
    this.kept = Math.min(this.kept, this.fresh.length);
  }

  private takeBack(count: number): void {
    for (let left = count; left > 0 && this.lineLength > 0; left--) {
      const part = this.line.pop() ?? "";
      const size = /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(part.slice(-2)) ? 2 : 1;
      if (part.length > size) this.line.push(part.slice(0, -size));
      this.lineLength -= size;
      this.room += size;
    }
    this.kept = Math.min(this.kept, this.fresh.length + this.lineLength);
  }

  private lastLine(): string {
    if (this.line.length > 1) this.line = [this.line.join("")];
    return (this.line[0] ?? "") + (this.returned ? "\r" : "");
  }
}
