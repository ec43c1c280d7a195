/** W&B's records as far as a notebook shows them (wandb/proto/wandb_internal.proto). Pure. */

import type { JsonValue } from "../../util/json.ts";
import { doubleOf, fieldsOf, intOf, messagesOf, textOf } from "../../util/protobuf.ts";

export interface WandbItem {
  /** A name, or names within names. */
  readonly path: readonly string[];
  readonly value: JsonValue | undefined;
}

export type WandbRecord =
  | { readonly type: "history"; readonly items: readonly WandbItem[]; readonly step: number | null }
  | { readonly type: "summary" | "config"; readonly items: readonly WandbItem[] }
  | { readonly type: "stats"; readonly items: readonly WandbItem[]; readonly time: number }
  | {
      readonly type: "output";
      readonly stream: "stdout" | "stderr";
      readonly time: number;
      readonly text: string;
    }
  | {
      readonly type: "run";
      readonly id: string;
      readonly name: string;
      readonly project: string;
      readonly notes: string;
      readonly tags: readonly string[];
      readonly config: readonly WandbItem[];
      readonly startedAt: number;
      readonly git: { readonly remote: string; readonly commit: string } | null;
    }
  | { readonly type: "environment"; readonly program: string }
  | { readonly type: "exit"; readonly code: number; readonly isComplete: boolean }
  | { readonly type: "other" };

export function readRecord(message: Uint8Array): WandbRecord {
  for (const { number, wire, bytes } of fieldsOf(message)) {
    if (wire !== 2) continue;
    switch (number) {
      case 2:
        return { type: "history", items: itemsOf(bytes, 1), step: stepOf(bytes) };
      case 3:
        return { type: "summary", items: itemsOf(bytes, 1) };
      case 5:
        return { type: "config", items: itemsOf(bytes, 1) };
      case 7:
        return { type: "stats", items: itemsOf(bytes, 3), time: timeIn(bytes, 2) };
      case 4:
      case 13:
        return outputOf(bytes);
      case 17:
        return runOf(bytes);
      case 18:
        return exitOf(bytes);
      case 26:
        return { type: "environment", program: textIn(bytes, 6) };
    }
  }
  return { type: "other" };
}

function itemsOf(message: Uint8Array, number: number): readonly WandbItem[] {
  return [...messagesOf(message, number)].map((item) => {
    const path: string[] = [];
    let key = "";
    let value: JsonValue | undefined;
    for (const field of fieldsOf(item)) {
      if (field.number === 1) key = textOf(field);
      else if (field.number === 2 && field.wire === 2) path.push(textOf(field));
      else if (field.number === 4 && field.wire === 0) value = field.varint !== 0n;
      else if (field.number === 5 && field.wire === 0) value = intOf(field);
      else if (field.number === 6 && field.wire === 1) value = doubleOf(field);
      else if (field.number === 7 && field.wire === 2) value = textOf(field);
      else if (field.number === 8 || field.number === 16) value = jsonOf(textOf(field));
    }
    return { path: path.length > 0 ? path : [key], value };
  });
}

/** JSON with the three words that JSON has not. */
function jsonOf(text: string): JsonValue | undefined {
  if (text === "NaN" || text === "Infinity" || text === "-Infinity") return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function stepOf(history: Uint8Array): number | null {
  for (const step of messagesOf(history, 2)) {
    for (const field of fieldsOf(step)) if (field.number === 1) return intOf(field);
    return 0;
  }
  return null;
}

function textIn(message: Uint8Array, number: number): string {
  for (const field of fieldsOf(message))
    if (field.number === number && field.wire === 2) return textOf(field);
  return "";
}

/** Of a `google.protobuf.Timestamp`, seconds since 1970. */
function timeIn(message: Uint8Array, number: number): number {
  for (const stamp of messagesOf(message, number)) {
    let time = 0;
    for (const field of fieldsOf(stamp)) time += field.number === 1 ? intOf(field) : intOf(field) / 1e9;
    return time;
  }
  return 0;
}

function outputOf(message: Uint8Array): WandbRecord {
  let isError = true;
  for (const field of fieldsOf(message)) if (field.number === 1 && intOf(field) === 1) isError = false;
  return {
    type: "output",
    stream: isError ? "stderr" : "stdout",
    time: timeIn(message, 2),
    text: textIn(message, 3),
  };
}

function runOf(message: Uint8Array): WandbRecord {
  const config = [...messagesOf(message, 4)].flatMap((one) => itemsOf(one, 1));
  const tags: string[] = [];
  for (const field of fieldsOf(message)) if (field.number === 10) tags.push(textOf(field));
  const [git] = [...messagesOf(message, 21)].map((one) => ({
    remote: textIn(one, 1),
    commit: textIn(one, 2),
  }));
  return {
    type: "run",
    id: textIn(message, 1),
    project: textIn(message, 3),
    name: textIn(message, 8),
    notes: textIn(message, 9),
    tags,
    config,
    startedAt: timeIn(message, 17),
    git: git && git.commit !== "" ? git : null,
  };
}

function exitOf(message: Uint8Array): WandbRecord {
  let code = 0;
  let isComplete = true;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) code = intOf(field);
    else if (field.number === 3 && field.varint !== 0n) isComplete = false;
  }
  return { type: "exit", code, isComplete };
}
