/**
 * TensorFlow's `Event` messages as far as a notebook shows them (tensorflow/core/util/event.proto, summary.proto,
 * tensor.proto). Pure.
 */
import {
  doubleOf,
  doublesOf,
  fieldsOf,
  intOf,
  intsOf,
  messagesOf,
  type ProtoField,
  textOf,
  viewOf,
} from "../../util/protobuf.ts";

export interface TensorValue {
  readonly numbers: readonly number[];
  readonly texts: readonly Uint8Array[];
  readonly shape: readonly number[];
}

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface SummaryValue {
  readonly tag: string;
  /** Of the first value of a tag only, with newer writers. */
  readonly plugin: string | null;
  readonly pluginContent: Uint8Array | null;
  readonly scalar: number | null;
  readonly image: Uint8Array | null;
  readonly histogram: Histogram | null;
  readonly hasAudio: boolean;
  readonly tensor: TensorValue | null;
}

export interface TensorEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly values: readonly SummaryValue[];
  readonly log: { readonly level: number; readonly text: string } | null;
}

export function readEvent(message: Uint8Array): TensorEvent {
  let time = 0;
  let step = 0;
  let log: TensorEvent["log"] = null;
  const values: SummaryValue[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) time = doubleOf(field);
    else if (field.number === 2) step = intOf(field);
    else if (field.number === 5)
      for (const value of messagesOf(field.bytes, 1)) values.push(readValue(value));
    else if (field.number === 6) log = readLog(field.bytes);
  }
  return { time, step, values, log };
}

function readLog(message: Uint8Array): TensorEvent["log"] {
  let level = 20;
  let text = "";
  for (const field of fieldsOf(message)) {
    if (field.number === 1) level = intOf(field);
    else if (field.number === 2) text = textOf(field);
  }
  return { level, text };
}

function readValue(message: Uint8Array): SummaryValue {
  const found: { -readonly [K in keyof SummaryValue]: SummaryValue[K] } = {
    tag: "",
    plugin: null,
    pluginContent: null,
    scalar: null,
    image: null,
    histogram: null,
    hasAudio: false,
    tensor: null,
  };
  for (const field of fieldsOf(message)) {
    switch (field.number) {
      case 1:
        found.tag = textOf(field);
        break;
      case 2:
        found.scalar = doubleOf(field);
        break;
      case 4:
        for (const image of messagesOf(field.bytes, 4)) found.image = image;
        break;
      case 5:
        found.histogram = readHistogram(field.bytes);
        break;
      case 6:
        found.hasAudio = true;
        break;
      case 8:
        found.tensor = readTensor(field.bytes);
        break;
      case 9:
        for (const data of messagesOf(field.bytes, 1))
          for (const one of fieldsOf(data)) {
            if (one.number === 1) found.plugin = textOf(one);
            else if (one.number === 2) found.pluginContent = one.bytes;
          }
    }
  }
  return found;
}

function readHistogram(message: Uint8Array): Histogram {
  const [min, max, count, sum, squares] = [1, 2, 3, 4, 5].map((number) => {
    let value = 0;
    for (const field of fieldsOf(message)) if (field.number === number) value = doubleOf(field);
    return value;
  }) as [number, number, number, number, number];
  const mean = sum / count;
  return { min, max, mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Rows of left, right and count, as TensorFlow 2 writes them. */
export function histogramOf({ numbers, shape }: TensorValue): Histogram | null {
  if (shape.length !== 2 || shape[1] !== 3) return null;
  let [count, sum, squares] = [0, 0, 0];
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [left = 0, right = 0, many = 0] = numbers.slice(at, at + 3);
    const middle = (left + right) / 2;
    count += many;
    sum += many * middle;
    squares += many * middle * middle;
  }
  if (count === 0) return null;
  const mean = sum / count;
  const max = numbers.at(-2) ?? mean;
  return {
    min: numbers[0] ?? mean,
    max,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
  };
}

const TYPE = {
  float: 1,
  double: 2,
  int32: 3,
  int16: 5,
  int8: 6,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  half: 19,
} as const;

function readTensor(message: Uint8Array): TensorValue {
  let type = 0;
  let content: Uint8Array | null = null;
  const [numbers, texts, shape]: [number[], Uint8Array[], number[]] = [[], [], []];
  const halves: ProtoField[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) type = intOf(field);
    else if (field.number === 2) {
      for (const dimension of messagesOf(field.bytes, 2)) {
        let size = 0;
        for (const one of fieldsOf(dimension)) if (one.number === 1) size = intOf(one);
        shape.push(size);
      }
    } else if (field.number === 4) content = field.bytes;
    else if (field.number === 5) numbers.push(...doublesOf(field, 4));
    else if (field.number === 6) numbers.push(...doublesOf(field, 8));
    else if (field.number === 7 || field.number === 10 || field.number === 11) numbers.push(...intsOf(field));
    else if (field.number === 8) texts.push(field.bytes);
    else if (field.number === 13) halves.push(field);
  }
  for (const field of halves)
    for (const bits of intsOf(field)) numbers.push(type === TYPE.bfloat16 ? bfloat16(bits) : float16(bits));
  return { numbers: content === null ? numbers : numbersOf(type, content), texts, shape };
}

function numbersOf(type: number, content: Uint8Array): readonly number[] {
  const view = viewOf(content);
  const read = (size: number, at: (offset: number) => number): readonly number[] =>
    Array.from({ length: Math.floor(content.length / size) }, (_, index) => at(index * size));
  switch (type) {
    case TYPE.float:
      return read(4, (at) => view.getFloat32(at, true));
    case TYPE.double:
      return read(8, (at) => view.getFloat64(at, true));
    case TYPE.int32:
      return read(4, (at) => view.getInt32(at, true));
    case TYPE.int16:
      return read(2, (at) => view.getInt16(at, true));
    case TYPE.int8:
    case TYPE.bool:
      return read(1, (at) => view.getInt8(at));
    case TYPE.int64:
      return read(8, (at) => Number(view.getBigInt64(at, true)));
    case TYPE.bfloat16:
      return read(2, (at) => bfloat16(view.getUint16(at, true)));
    case TYPE.half:
      return read(2, (at) => float16(view.getUint16(at, true)));
    default:
      return [];
  }
}

function bfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(2, bits, true);
  return view.getFloat32(0, true);
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
