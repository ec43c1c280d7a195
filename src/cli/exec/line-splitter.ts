/** Lines of what a command prints, as a terminal would leave them: of a line that was redrawn, what stood there last. */

/** A longer line is told in parts. */
const LONGEST_LINE = 64 * 1024;

export class LineSplitter {
  private readonly decoder = new TextDecoder();
  private rest = "";

  push(chunk: Uint8Array): readonly string[] {
    const parts = (this.rest + this.decoder.decode(chunk, { stream: true })).split("\n");
    this.rest = lastDrawn(parts.pop() ?? "");
    const lines = parts.map((part) => shown(part));
    while (this.rest.length > LONGEST_LINE) {
      lines.push(shown(this.rest.slice(0, LONGEST_LINE)));
      this.rest = this.rest.slice(LONGEST_LINE);
    }
    return lines;
  }

  /** What stands there without a line's end. */
  end(): readonly string[] {
    const last = shown(this.rest + this.decoder.decode());
    this.rest = "";
    return last === "" ? [] : [last];
  }
}

/** A progress bar redraws its line thousands of times: all but the last drawing is let go. */
function lastDrawn(part: string): string {
  const at = part.lastIndexOf("\r", part.length - 2);
  return at < 0 ? part : part.slice(at + 1);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of terminals are control characters (ECMA-48).
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

function shown(line: string): string {
  return lastDrawn(line.replace(/\r$/, "")).replace(SEQUENCE, "");
}
