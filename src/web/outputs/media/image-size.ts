/** How big an image is, from its first bytes, so that its place is there before it is decoded. Pure. */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** As much as is looked at of a JPEG, whose size may stand behind a preview. */
const HEAD_BASE64 = 4 * 20_000;

/** @param base64 of the file. Null: not to be seen from there. */
export function imageSize(mime: string, base64: string): ImageSize | null {
  const bytes = headOf(base64, mime === "image/jpeg" ? HEAD_BASE64 : 64);
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer);
  try {
    if (mime === "image/png") return sizeOf(view.getUint32(16), view.getUint32(20));
    if (mime === "image/gif") return sizeOf(view.getUint16(6, true), view.getUint16(8, true));
    if (mime === "image/jpeg") return jpegSize(view);
  } catch {
    // It ends before.
  }
  return null;
}

function headOf(base64: string, length: number): Uint8Array<ArrayBuffer> | null {
  const head = base64.slice(0, length);
  try {
    const text = atob(head.slice(0, head.length - (head.length % 4)));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function sizeOf(width: number, height: number): ImageSize | null {
  return width > 0 && height > 0 && width < 100_000 && height < 100_000 ? { width, height } : null;
}

/** The first frame header (SOF0–SOF15 without DHT, JPG, DAC). */
function jpegSize(view: DataView): ImageSize | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return sizeOf(view.getUint16(at + 7), view.getUint16(at + 5));
    at += 2 + view.getUint16(at + 2);
  }
}
