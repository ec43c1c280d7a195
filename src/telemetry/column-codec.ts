/**
 * Columns of points as few bytes, without loss. Times and steps are whole numbers of 64 bits (a double's bits are in
 * the order of positive numbers): differences, or differences of differences, whichever take less, packed by as many
 * bits as the biggest of 64 neighbours needs (as Parquet's DELTA_BINARY_PACKED does). Values are turned so that all
 * first bytes stand together, then all second ones, which a general compressor shortens well.
 */

const GROUP = 64;

/** 64-bit numbers as pairs, low word first. */
type Pairs = Uint32Array<ArrayBuffer>;

export function encodeTimes(times: Float64Array): Uint8Array {
  return encodePairs(new Uint32Array(times.slice().buffer));
}

export function decodeTimes(bytes: Uint8Array, count: number): Float64Array {
  return new Float64Array(decodePairs(bytes, count).buffer);
}

/** @param steps whole numbers; NaN: none. */
export function encodeSteps(steps: Float64Array): Uint8Array {
  const pairs = new Uint32Array(steps.length * 2);
  steps.forEach((step, at) => {
    const high = Number.isNaN(step) ? -0x8000_0000 : Math.floor(step / 0x1_0000_0000);
    pairs[2 * at] = Number.isNaN(step) ? 0 : step - high * 0x1_0000_0000;
    pairs[2 * at + 1] = high;
  });
  return encodePairs(pairs);
}

export function decodeSteps(bytes: Uint8Array, count: number): Float64Array {
  const pairs = decodePairs(bytes, count);
  return Float64Array.from({ length: count }, (_, at) => {
    const low = pairs[2 * at] ?? 0;
    const high = (pairs[2 * at + 1] ?? 0) | 0;
    return high === -0x8000_0000 && low === 0 ? Number.NaN : high * 0x1_0000_0000 + low;
  });
}

/** All eighth bytes (sign and exponent), then all seventh ones, … */
export function splitBytes(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const count = values.length;
  const split = new Uint8Array(bytes.length);
  for (let plane = 0; plane < 8; plane++) {
    const begin = plane * count;
    for (let at = 0, from = 7 - plane; at < count; at++, from += 8) split[begin + at] = bytes[from] ?? 0;
  }
  return split;
}

export function joinBytes(split: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count);
  const bytes = new Uint8Array(values.buffer);
  for (let plane = 0; plane < 8; plane++) {
    const begin = plane * count;
    for (let at = 0, to = 7 - plane; at < count; at++, to += 8) bytes[to] = split[begin + at] ?? 0;
  }
  return values;
}

function encodePairs(pairs: Pairs): Uint8Array {
  if (pairs.length === 0) return new Uint8Array();
  subtract(pairs, 1);
  const once = pack(pairs, 1);
  if (pairs.length < 6) return once;
  subtract(pairs, 2);
  const twice = pack(pairs, 2);
  return twice.length < once.length ? twice : once;
}

function decodePairs(bytes: Uint8Array, count: number): Pairs {
  const pairs = new Uint32Array(count * 2);
  if (count === 0) return pairs;
  const order = bytes[0] ?? 1;
  unpack(bytes, pairs, order);
  for (let from = order; from >= 1; from--) add(pairs, from);
  return pairs;
}

/** Each less the one before, from `from` on. */
function subtract(pairs: Pairs, from: number): void {
  for (let at = pairs.length - 2; at >= 2 * from; at -= 2) {
    const low = pairs[at] ?? 0;
    const before = pairs[at - 2] ?? 0;
    pairs[at] = low - before;
    pairs[at + 1] = (pairs[at + 1] ?? 0) - (pairs[at - 1] ?? 0) - (low < before ? 1 : 0);
  }
}

function add(pairs: Pairs, from: number): void {
  for (let at = 2 * from; at < pairs.length; at += 2) {
    const sum = (pairs[at] ?? 0) + (pairs[at - 2] ?? 0);
    pairs[at] = sum;
    pairs[at + 1] = (pairs[at + 1] ?? 0) + (pairs[at - 1] ?? 0) + (sum > 0xffff_ffff ? 1 : 0);
  }
}

/** The first `order` numbers as they are, the others by group: their width in bits, then they. */
function pack(pairs: Pairs, order: number): Uint8Array {
  const head = 1 + 8 * order;
  const groups = Math.ceil(pairs.length / 2 / GROUP);
  const bytes = new Uint8Array(head + pairs.length * 4 + groups * 9 + 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = order;
  for (let word = 0; word < 2 * order; word++) view.setUint32(1 + 4 * word, pairs[word] ?? 0, true);
  let to = head;
  for (let group = 2 * order; group < pairs.length; group += 2 * GROUP) {
    const end = Math.min(pairs.length, group + 2 * GROUP);
    const width = widthOf(pairs, group, end);
    bytes[to++] = width;
    let held = 0;
    let filled = 0;
    const put = (word: number, bits: number): void => {
      if (bits === 0) return;
      held |= word << filled;
      if (filled + bits < 32) {
        filled += bits;
        return;
      }
      view.setUint32(to, held, true);
      to += 4;
      const used = 32 - filled;
      filled = bits - used;
      held = filled === 0 ? 0 : word >>> used;
    };
    for (let at = group; at < end; at += 2) {
      const low = pairs[at] ?? 0;
      const high = pairs[at + 1] ?? 0;
      const sign = high >> 31;
      put(((low << 1) ^ sign) >>> 0, Math.min(32, width));
      if (width > 32) put((((high << 1) | (low >>> 31)) ^ sign) >>> 0, width - 32);
    }
    if (filled > 0) {
      view.setUint32(to, held, true);
      to += Math.ceil(filled / 8);
    }
  }
  return bytes.slice(0, to);
}

function unpack(bytes: Uint8Array, pairs: Pairs, order: number): void {
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  for (let word = 0; word < Math.min(2 * order, pairs.length); word++)
    pairs[word] = view.getUint32(1 + 4 * word, true);
  let from = 1 + 8 * order;
  for (let group = 2 * order; group < pairs.length; group += 2 * GROUP) {
    const end = Math.min(pairs.length, group + 2 * GROUP);
    const width = padded[from++] ?? 0;
    const begin = from * 8;
    let bit = begin;
    const take = (bits: number): number => {
      if (bits === 0) return 0;
      const at = bit >>> 3;
      const shift = bit & 7;
      bit += bits;
      const low = view.getUint32(at, true) >>> shift;
      const word = shift === 0 ? low : low | ((padded[at + 4] ?? 0) << (32 - shift));
      return bits === 32 ? word >>> 0 : (word & ((1 << bits) - 1)) >>> 0;
    };
    for (let at = group; at < end; at += 2) {
      const low = take(Math.min(32, width));
      const high = width > 32 ? take(width - 32) : 0;
      const sign = -(low & 1);
      pairs[at] = ((low >>> 1) | (high << 31)) ^ sign;
      pairs[at + 1] = (high >>> 1) ^ sign;
    }
    from += Math.ceil((bit - begin) / 8);
  }
}

function widthOf(pairs: Pairs, from: number, to: number): number {
  let lows = 0;
  let highs = 0;
  for (let at = from; at < to; at += 2) {
    const low = pairs[at] ?? 0;
    const high = pairs[at + 1] ?? 0;
    const sign = high >> 31;
    lows |= (low << 1) ^ sign;
    highs |= ((high << 1) | (low >>> 31)) ^ sign;
  }
  return highs !== 0 ? 64 - Math.clz32(highs) : 32 - Math.clz32(lows);
}
