/** What the comment behind a parameter says: `# 0.0001 … 1, learning rate`, `# one of: adam, sgd`, or plain help. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { ParameterSpec, ParameterType } from "../parameters.ts";
import { readTyped } from "./read-literal.ts";

export interface HelpComment {
  readonly text: string | null;
  readonly range: ParameterSpec["range"];
  readonly choices: readonly JsonValue[] | null;
}

const NUMBER = "[-+]?(?:\\d+(?:_\\d+)*\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
const RANGE = new RegExp(`^(${NUMBER})?\\s*(?:…|\\.{2,3})\\s*(${NUMBER})?(?:\\s*[,;:]\\s*|\\s+|$)`);
const BOUND = new RegExp(`^(>=|≥|<=|≤)\\s*(${NUMBER})(?:\\s*[,;:]\\s*|\\s+|$)`);
const CHOICES = /^one of:?\s*([^;]+)(?:;\s*|$)/i;

export function readHelp(comment: string | null, type: ParameterType): HelpComment {
  const text = comment?.trim() ?? "";
  if (type === "int" || type === "float") {
    const range = RANGE.exec(text);
    if (range !== null && (range[1] !== undefined || range[2] !== undefined)) {
      return {
        text: rest(text, range[0]),
        range: { min: bound(range[1]), max: bound(range[2]) },
        choices: null,
      };
    }
    const one = BOUND.exec(text);
    if (one !== null) {
      const least = one[1] === ">=" || one[1] === "≥";
      const value = bound(one[2]);
      return {
        text: rest(text, one[0]),
        range: least ? { min: value, max: null } : { min: null, max: value },
        choices: null,
      };
    }
  }
  const listed = CHOICES.exec(text);
  if (listed !== null) {
    const choices = (listed[1] ?? "").split(",").map((item) => choice(item.trim(), type));
    if (choices.length > 1) return { text: rest(text, listed[0]), range: null, choices };
  }
  return { text: text === "" ? null : text, range: null, choices: null };
}

function rest(text: string, taken: string): string | null {
  const left = text.slice(taken.length).trim();
  return left === "" ? null : left;
}

function bound(text: string | undefined): number | null {
  return text === undefined ? null : Number(text.replaceAll("_", ""));
}

function choice(text: string, type: ParameterType): JsonValue {
  const literal = readTyped(text);
  if (literal === undefined) return text;
  return type === "str" && typeof literal !== "string" ? text : literal;
}
