/**
 * Texts that came with their file and grow no more, packed as values are: a file for each would cost more than what
 * is in it. A content is
 *
 *   u48 lines | the text as UTF-8
 */
import type { OutputRef } from "../../util/ids.ts";
import { endOfWholeText } from "./line-ends.ts";
import type { LogSource } from "./read-log.ts";
import { ValuePacks } from "./value-packs.ts";
import { linesIn, type TextFacts, textSource } from "./whole-text.ts";

const HEAD = 6;
/** Bytes of each end that are given without the whole. */
const END_BYTES = 4096;

export class TextPacks {
  readonly packs: ValuePacks;

  constructor(folder: string, packBytes: number | undefined) {
    this.packs = new ValuePacks(folder, packBytes, "texts");
  }

  put(ref: OutputRef, seq: number, text: string): void {
    const content = Buffer.allocUnsafe(HEAD + Buffer.byteLength(text));
    content.write(text, HEAD);
    content.writeUIntLE(linesIn(content.subarray(HEAD)), 0, HEAD);
    this.packs.put(ref, seq, content);
  }

  facts(ref: OutputRef): TextFacts | null {
    const { packs } = this;
    const [seq, length] = [packs.seqOf(ref), packs.lengthOf(ref)];
    if (seq === null || length === null) return null;
    const head = packs.peek(ref, 0, HEAD);
    return head?.length === HEAD ? { seq, bytes: length - HEAD, lines: head.readUIntLE(0, HEAD) } : null;
  }

  source(ref: OutputRef): LogSource | null {
    const facts = this.facts(ref);
    if (facts === null) return null;
    return textSource(facts, async () => (await this.packs.json(ref))?.json.subarray(HEAD) ?? null);
  }

  ends(ref: OutputRef): { readonly first: string; readonly last: string } {
    const bytes = this.facts(ref)?.bytes ?? 0;
    const start = Math.max(0, bytes - END_BYTES);
    const first = this.packs.peek(ref, HEAD, Math.min(bytes, END_BYTES)) ?? Buffer.alloc(0);
    const last = this.packs.peek(ref, HEAD + start, bytes - start) ?? Buffer.alloc(0);
    return {
      first: first.subarray(0, endOfWholeText(first)).toString("utf8"),
      last: last.subarray(startOfWholeText(last)).toString("utf8"),
    };
  }
}

/** The first whole character's beginning, where the first one may have been cut. */
function startOfWholeText(bytes: Uint8Array): number {
  let at = 0;
  while (at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}
