/** Outputs that are too big for the live notebook, as a terminal shows them: read from its server. */
import type { OutputsClient } from "../../client/outputs-client.ts";
import { type StoredLog, storedOf } from "../../document/output-face.ts";
import type { Output } from "../../nbformat/notebook.ts";
import type { OutputRef } from "../../util/ids.ts";

/** Nobody reads more in a terminal; the page and the file have it all. */
const MAX_LINES = 20_000;
const STEP = 5_000;

/** What cannot be had any more is shown as it stands in the notebook. */
export async function wholeOutputs(
  client: OutputsClient,
  outputs: readonly Output[],
): Promise<readonly Output[]> {
  return Promise.all(
    outputs.map(async (output) => {
      const stored = storedOf(output);
      if (stored === null) return output;
      if (stored.kind === "value") return client.value(stored.ref).catch(() => output);
      const text = await logText(client, stored).catch(() => null);
      return output.output_type === "stream" && text !== null ? { ...output, text } : output;
    }),
  );
}

async function logText(client: OutputsClient, { ref }: StoredLog): Promise<string> {
  const lines: (string | null)[] = [];
  for (;;) {
    const part = await client.lines(ref, lines.length, lines.length + STEP);
    for (const line of part.lines) lines.push(line);
    if (part.lines.length === 0 || lines.length >= part.total) break;
    if (lines.length >= MAX_LINES) {
      lines.push(`[… ${(part.total - lines.length).toLocaleString("en")} more lines …]`);
      break;
    }
  }
  return lines.map((line) => `${line ?? "[…]"}\n`).join("");
}

/** Says what logs say as they grow, line by line. */
export class LogFollower {
  private readonly client: OutputsClient;
  private readonly say: (text: string) => void;
  private readonly said = new Map<OutputRef, number>();
  private last: Promise<void> = Promise.resolve();

  constructor(client: OutputsClient, say: (text: string) => void) {
    this.client = client;
    this.say = say;
  }

  /** @param given what was said of the output at an index while it was short. */
  note(outputs: readonly Output[], given: (index: number) => string): void {
    for (const [index, output] of outputs.entries()) {
      const stored = output.output_type === "stream" ? storedOf(output) : null;
      if (stored?.kind !== "log" || output.output_type !== "stream") continue;
      const { ref, lines } = stored;
      const before = this.said.has(ref) ? "" : given(index);
      const from = this.said.get(ref) ?? before.split("\n").length - 1;
      // The last line may still change, until a next one is there or the cell has ended.
      const to = Math.max(from, lines - 1);
      this.said.set(ref, to);
      this.next(ref, from, to, before.slice(before.lastIndexOf("\n") + 1));
    }
  }

  /** Settles when all is said, the last lines included. */
  async end(outputs: readonly Output[], given: (index: number) => string): Promise<void> {
    this.note(outputs, given);
    for (const output of outputs) {
      const stored = output.output_type === "stream" ? storedOf(output) : null;
      if (stored?.kind !== "log" || output.output_type !== "stream") continue;
      this.next(stored.ref, this.said.get(stored.ref) ?? 0, stored.lines, "");
    }
    await this.last;
  }

  private next(ref: OutputRef, from: number, to: number, begun: string): void {
    if (to <= from) return;
    this.last = this.last.then(async () => {
      let rest = begun;
      for (let at = from; at < to; ) {
        const { lines } = await this.client.lines(ref, at, Math.min(to, at + STEP));
        if (lines.length === 0) return;
        const text = lines.map((line) => `${line ?? "[…]"}\n`).join("");
        this.say(rest !== "" && !text.startsWith(rest) ? `\n${text}` : text.slice(rest.length));
        rest = "";
        at += lines.length;
      }
    });
    // The cell was run again: its new log is told.
    this.last = this.last.catch(() => {});
  }
}
