/** Values as Python writes them (`str`, `repr`, `format`), for output names that papermill would have made. */
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";

type Value = JsonValue | Date;

/** `str(value)`. */
export function pythonText(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return dateText(value);
  return pythonRepr(value);
}

/** `repr(value)`. */
export function pythonRepr(value: Value): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return stringRepr(value);
  if (value instanceof Date) return dateText(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${stringRepr(key)}: ${pythonRepr(item)}`)
    .join(", ")}}`;
}

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  // Python turns to exponents at 1e16 and below 1e-4, JavaScript at 1e21 and below 1e-6.
  if (size !== 0 && (size < 1e-4 || (size >= 1e16 && !Number.isSafeInteger(value)))) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return String(value);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function dateText(date: Date): string {
  return strftime(date, "%Y-%m-%d %H:%M:%S.%f");
}

function strftime(date: Date, format: string): string {
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getFullYear()),
    y: two(date.getFullYear() % 100),
    m: two(date.getMonth() + 1),
    d: two(date.getDate()),
    H: two(date.getHours()),
    M: two(date.getMinutes()),
    S: two(date.getSeconds()),
    f: `${String(date.getMilliseconds()).padStart(3, "0")}000`,
    "%": "%",
  };
  return format.replaceAll(/%(.)/g, (whole: string, key: string) => {
    const text = parts[key];
    if (text === undefined)
      throw new CommandError(`${whole} in a date format is not known. Use %Y %m %d %H %M %S.`);
    return text;
  });
}

const SPEC = /^(?:(.)?([<>^=]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

/** `format(value, spec)`. */
export function formatPythonValue(value: Value, spec: string): string {
  if (spec === "") return pythonText(value);
  if (value instanceof Date) return strftime(value, spec);
  const parts = SPEC.exec(spec);
  if (parts === null)
    throw new CommandError(`The format :${spec} in an output name is not known. Try :.3f or :04d.`);
  const [, fill, align, sign, , zero, width, group, precision, type] = parts;
  const isNumber = typeof value === "number" || typeof value === "boolean";
  let body: string;
  if (isNumber && type !== "s") {
    const number = Number(value);
    const digits = groupDigits(formatNumber(Math.abs(number), type, precision), group);
    const prefix = number < 0 || Object.is(number, -0) ? "-" : sign === "+" || sign === " " ? sign : "";
    const padding = zero === undefined ? 0 : Number(width ?? 0) - prefix.length - digits.length;
    body = prefix + "0".repeat(Math.max(0, padding)) + digits;
  } else {
    if (type !== undefined && type !== "s") {
      throw new CommandError(`The format :${spec} is for numbers; the value is ${pythonRepr(value)}.`);
    }
    const text = pythonText(value);
    body = precision === undefined ? text : [...text].slice(0, Number(precision)).join("");
  }
  return pad(body, Number(width ?? 0), align ?? (isNumber ? ">" : "<"), fill ?? " ");
}

function formatNumber(size: number, type: string | undefined, precision: string | undefined): string {
  switch (type) {
    case "f":
    case "F":
      return size.toFixed(Number(precision ?? 6));
    case "e":
    case "E": {
      const text = size.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, "e$10$2");
      return type === "E" ? text.toUpperCase() : text;
    }
    case "%":
      return `${(size * 100).toFixed(Number(precision ?? 6))}%`;
    case "x":
      return size.toString(16);
    case "X":
      return size.toString(16).toUpperCase();
    case "o":
      return size.toString(8);
    case "b":
      return size.toString(2);
    case "g":
    case "G":
    case undefined:
      return precision === undefined ? numberText(size) : general(size, Math.max(1, Number(precision)));
    default:
      return numberText(size);
  }
}

function general(size: number, precision: number): string {
  const exponent = size === 0 ? 0 : Number(size.toExponential(precision - 1).split("e")[1]);
  if (exponent < -4 || exponent >= precision) {
    const [mantissa = "", power = ""] = size.toExponential(precision - 1).split("e");
    return `${trimZeros(mantissa)}e${power.replace(/^([+-])(\d)$/, "$10$2")}`;
  }
  return trimZeros(size.toFixed(Math.max(0, precision - 1 - exponent)));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function groupDigits(text: string, group: string | undefined): string {
  return group === undefined
    ? text
    : text.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, group));
}

function pad(text: string, width: number, align: string, fill: string): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (align === "<") return text + fill.repeat(missing);
  if (align === "^") return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  return fill.repeat(missing) + text;
}
