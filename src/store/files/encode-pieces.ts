/** Text to bytes and their hash, a piece a turn, so that a big notebook does not hold up the event loop. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

const PIECE_LENGTH = 256 * 1024;

export interface EncodedText {
  readonly pieces: readonly Uint8Array[];
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

export async function encodePieces(chunks: Iterable<string>): Promise<EncodedText> {
  const hash = createHash("sha256");
  const pieces: Uint8Array[] = [];
  let gathered: string[] = [];
  let length = 0;
  const encode = async (): Promise<void> => {
    const text = gathered.join("");
    gathered = [];
    length = 0;
    for (let start = 0; start < text.length; ) {
      const end = endOfPiece(text, start);
      const piece = Buffer.from(text.slice(start, end));
      hash.update(piece);
      pieces.push(piece);
      start = end;
      await setImmediate();
    }
  };
  for (const chunk of chunks) {
    gathered.push(chunk);
    length += chunk.length;
    if (length >= PIECE_LENGTH) await encode();
  }
  await encode();
  return { pieces, hash: hash.digest("hex") };
}

/** Never between the two halves of a surrogate pair: each would be written as U+FFFD. */
function endOfPiece(text: string, start: number): number {
  const end = Math.min(start + PIECE_LENGTH, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
