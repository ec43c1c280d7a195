/** Numbers that a line of a command says: by patterns of the person's, by `name=value`, or as JSON. Pure. */
import type { JsonObject } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";

export interface ReadMetrics {
  readonly values: Readonly<Record<string, number>>;
  readonly step: number | null;
}

export type MetricReader = (line: string) => ReadMetrics | null;

/** Words that say how far it is; the first that a line has is its step. */
const STEPS = ["step", "global_step", "iteration", "iter", "epoch"];

/**
 * A pattern with named groups (`(?<loss>…)`, also as Python writes them), each the name of a metric, `step` the step; or
 * with one group without a name, named by the word before it: `loss=([\d.]+)`.
 * @throws CommandError where it is no pattern, or has no group that could be named.
 */
export function patternReader(text: string): MetricReader {
  let source = text.replaceAll("(?P<", "(?<");
  if (!/\(\?<[A-Za-z_]/.test(source)) {
    const name = /([A-Za-z_][\w/.-]*)(?:\s|\\s[*+?]?|[=:"'])*$/.exec(source.split(/\((?!\?)/)[0] ?? "")?.[1];
    if (name === undefined || !/\((?!\?)/.test(source))
      throw new CommandError(
        `--metric ${text} has no group with a name. Write for example --metric 'loss=(?<loss>[\\d.]+)'.`,
      );
    source = source.replace(/\((?!\?)/, `(?<${groupName(name)}>`);
  }
  const pattern = compiled(source, text);
  return (line) => {
    const values: Record<string, number> = {};
    for (const match of line.matchAll(pattern))
      for (const [name, found] of Object.entries(match.groups ?? {})) {
        const value = found === undefined ? null : numberOf(found);
        if (value !== null) values[name] = value;
      }
    return withStep(values);
  };
}

const PAIR =
  /(?<![\w.])([A-Za-z][\w./-]*)\s*[=:]\s*([-+]?(?:\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?))(%?)(?![\w.:/-])/gi;
/** `Epoch 3/10`, `step 40 of 100` */
const PLACE = /\b(step|iteration|iter|epoch)\s*[:=]?\s*(\d+)\s*(?:\/|of)\s*\d+/i;

/** `loss=0.3`, `acc: 91%`, as many programs print them. A line of one number beside much text is left alone. */
export const pairReader: MetricReader = (line) => {
  const values: Record<string, number> = {};
  for (const [, name = "", text = ""] of line.slice(0, 4_000).matchAll(PAIR)) {
    const value = numberOf(text);
    if (value !== null) values[name] = value;
  }
  const place = PLACE.exec(line);
  if (place && Object.keys(values).length > 0) values[(place[1] ?? "").toLowerCase()] ??= Number(place[2]);
  return withStep(values);
};

/** Numbers of an object and of objects in it (`val/loss`); JSON's own words for what it cannot say, too. */
export function jsonMetrics(object: JsonObject): ReadMetrics | null {
  const values: Record<string, number> = {};
  const collect = (from: JsonObject, before: string, depth: number): void => {
    for (const [key, value] of Object.entries(from)) {
      if (typeof value === "number") values[before + key] = value;
      else if (value === "NaN" || value === "Infinity" || value === "-Infinity")
        values[before + key] = Number(value);
      else if (value !== null && typeof value === "object" && !Array.isArray(value) && depth < 2)
        collect(value as JsonObject, `${before}${key}/`, depth + 1);
    }
  };
  collect(object, "", 0);
  for (const clock of ["time", "timestamp", "ts", "pid", "level"]) delete values[clock];
  return withStep(values);
}

function withStep(values: Record<string, number>): ReadMetrics | null {
  const name = STEPS.find((word) => Number.isSafeInteger(values[word]));
  const step = name === undefined ? null : (values[name] ?? null);
  // An epoch is worth a line of its own; a step's number is only where the others stand.
  if (name !== undefined && name !== "epoch") delete values[name];
  const isOnlyStep = Object.keys(values).every((key) => key === "epoch");
  return isOnlyStep ? null : { values, step };
}

function numberOf(text: string): number | null {
  const plain = text.trim().replaceAll("_", "").replace(/%$/, "").toLowerCase();
  const special = /^([-+]?)(?:(nan)|inf(?:inity)?)$/.exec(plain);
  if (special) return special[2] ? Number.NaN : special[1] === "-" ? -Infinity : Infinity;
  const value = Number(plain);
  return plain === "" || Number.isNaN(value) ? null : value;
}

function groupName(name: string): string {
  return name.replace(/[^\w]/g, "_");
}

function compiled(source: string, text: string): RegExp {
  try {
    return new RegExp(source, "g");
  } catch (cause) {
    throw new CommandError(`--metric ${text} is no regular expression.`, { cause });
  }
}
