/**
 * Reads protobuf messages field by field (https://protobuf.dev/programming-guides/encoding/). No schema: who reads knows
 * what the numbers mean. What a message's bytes do not hold to is an error, never a guess.
 */
export interface ProtoField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 bytes, 5 four bytes. */
  readonly wire: 0 | 1 | 2 | 5;
  /** Of a varint: its low 64 bits. Of others: 0. */
  readonly varint: bigint;
  /** Of bytes, four and eight bytes: where they are. Of varints: nothing. */
  readonly bytes: Uint8Array;
}

export class BadProtobuf extends Error {
  override readonly name = "BadProtobuf";
}

const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

export function* fieldsOf(message: Uint8Array): Generator<ProtoField> {
  const reader = new VarintReader(message);
  while (reader.at < message.length) {
    const key = Number(reader.next());
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (number === 0) throw new BadProtobuf("a field without a number");
    if (wire === 0) {
      yield { number, wire, varint: reader.next(), bytes: NOTHING };
      continue;
    }
    if (wire !== 1 && wire !== 2 && wire !== 5) throw new BadProtobuf(`wire type ${wire}`);
    const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(reader.next());
    const end = reader.at + length;
    if (end > message.length) throw new BadProtobuf("a field goes beyond its message");
    yield { number, wire, varint: 0n, bytes: message.subarray(reader.at, end) };
    reader.at = end;
  }
}

export const textOf = (field: ProtoField): string => decoder.decode(field.bytes);

/** Signed, as `int64` and `int32` are; beyond 2^53 the nearest number. */
export const intOf = (field: ProtoField): number =>
  field.wire === 0
    ? Number(BigInt.asIntN(64, field.varint))
    : Number(viewOf(field.bytes).getBigInt64(0, true));

export const doubleOf = (field: ProtoField): number =>
  field.wire === 5 ? viewOf(field.bytes).getFloat32(0, true) : viewOf(field.bytes).getFloat64(0, true);

/** Numbers of a repeated field, packed or one by one. */
export function doublesOf(field: ProtoField, size: 4 | 8): readonly number[] {
  const view = viewOf(field.bytes);
  const count = Math.floor(view.byteLength / size);
  return Array.from({ length: count }, (_, at) =>
    size === 4 ? view.getFloat32(4 * at, true) : view.getFloat64(8 * at, true),
  );
}

export function intsOf(field: ProtoField): readonly number[] {
  if (field.wire === 0) return [intOf(field)];
  const found: number[] = [];
  const reader = new VarintReader(field.bytes);
  while (reader.at < field.bytes.length) found.push(Number(BigInt.asIntN(64, reader.next())));
  return found;
}

/** The sub-messages of one number. */
export function* messagesOf(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(message)) if (field.number === number && field.wire === 2) yield field.bytes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class VarintReader {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  next(): bigint {
    let value = 0n;
    // Ten bytes hold 64 bits.
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new BadProtobuf("it ends within a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new BadProtobuf("a number of more than ten bytes");
  }
}
