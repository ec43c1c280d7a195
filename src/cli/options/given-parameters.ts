/**
 * The parameters of a command line, in papermill's order: `-b`, `-f`, `-y`, `-p`, `-r`. A later one
 * replaces an earlier one of the same name and keeps its place, as Python's dictionaries do.
 */
import { messageOf } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";

export type GivenParameter =
  /** From `-p`: a text whose type the notebook decides, else papermill's rules. */
  | { readonly from: "text"; readonly text: string }
  /** From `-r`: a text and nothing else. */
  | { readonly from: "raw"; readonly text: string }
  /** From YAML, or an injected path. */
  | { readonly from: "value"; readonly value: JsonValue };

export type GivenParameters = ReadonlyMap<string, GivenParameter>;

export interface ParameterSources {
  readonly base64: readonly string[];
  readonly files: readonly string[];
  readonly yaml: readonly string[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly rawPairs: readonly (readonly [string, string])[];
}

/** @param readFile reads a parameter file as text; may throw. */
export async function gatherParameters(
  sources: ParameterSources,
  readFile: (path: string) => string,
): Promise<GivenParameters> {
  const given = new Map<string, GivenParameter>();
  const takeAll = (values: Readonly<Record<string, JsonValue>>) => {
    for (const [name, value] of Object.entries(values)) given.set(name, { from: "value", value });
  };
  if (sources.base64.length + sources.files.length + sources.yaml.length > 0)
    await takeYaml(sources, readFile, takeAll);
  for (const [name, text] of sources.pairs) given.set(name, { from: "text", text });
  for (const [name, text] of sources.rawPairs) given.set(name, { from: "raw", text });
  return given;
}

/** The reader of YAML is loaded only where there is some: it is as big as all the rest of a run's start. */
async function takeYaml(
  sources: ParameterSources,
  readFile: (path: string) => string,
  takeAll: (values: Readonly<Record<string, JsonValue>>) => void,
): Promise<void> {
  const { parseYamlParameters } = await import("./yaml-values.ts");
  for (const text of sources.base64) takeAll(parseYamlParameters(decodeBase64(text), "-b"));
  for (const path of sources.files) takeAll(parseYamlParameters(readOrExplain(path, readFile), path));
  for (const text of sources.yaml) takeAll(parseYamlParameters(text, "-y"));
}

function readOrExplain(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new CommandError(`The parameter file ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function decodeBase64(text: string): string {
  const compact = text.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new CommandError("-b wants YAML in base64; this is not base64.");
  }
  return Buffer.from(compact, "base64").toString("utf8");
}
