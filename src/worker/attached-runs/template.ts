/** The notebook of an attached run where there is none, and what it records of where the run comes from. */
import { stat, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { EditOrigin, LiveNotebook } from "../../document/live-notebook.ts";
import type { Origin, Writer } from "../../usecases/attached-run.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { CellId } from "../../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import type { RunCells } from "./run-cells.ts";

/** @returns whether it made one. @throws LoopbookError `no-such-folder`, `bad-name`, `notebook-unwritable`. */
export async function makeNotebook(path: string, name: string, writer: Writer): Promise<boolean> {
  if (!path.endsWith(".ipynb"))
    throw new LoopbookError("bad-name", `A notebook's name ends in .ipynb; ${basename(path)} does not.`);
  if (await stat(path).catch(() => null)) return false;
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory())
    throw new LoopbookError(
      "no-such-folder",
      `There is no folder ${dirname(path)}. Make it, or name another notebook for the run.`,
    );
  const title = {
    cell_type: "markdown",
    id: CellId.create(),
    metadata: {},
    source: `# ${name.replace(/\s+/g, " ")}`,
  };
  const notebook = {
    cells: [title],
    metadata: { ...languageMetadata(writer.language), loopbook: { template: 1 } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  try {
    await writeFile(path, `${JSON.stringify(notebook, null, 1)}\n`, { flag: "wx" });
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw new LoopbookError("notebook-unwritable", `${path} could not be made (${messageOf(cause)}).`, {
      cause,
    });
  }
}

/** What wraps a command speaks no language of notebooks: Python, as for a notebook that says nothing. */
function languageMetadata(language: string): JsonObject {
  const [name = ""] = language.toLowerCase().split(/[\s/]/);
  if (name === "node" || name === "javascript" || name === "typescript" || name === "deno")
    return { language_info: { name: "javascript" } };
  if (name === "r" || name === "julia" || name === "scala") return { language_info: { name } };
  return { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
}

/** Into the metadata of any notebook; as cells, where the notebook was made for its run. */
export function recordOrigin(
  live: LiveNotebook,
  edits: EditOrigin,
  cells: RunCells,
  run: { readonly id: string; readonly name: string; readonly origin: Origin; readonly writer: Writer },
): void {
  const { origin, writer } = run;
  const known = live.metadata().loopbook;
  const { source, environment, ...facts } = origin;
  const attached = { run: run.id, name: run.name, host: writer.host, language: writer.language, ...facts };
  const value = { ...(isJsonObject(known) ? known : {}), attached: attached as unknown as JsonValue };
  live.apply({ type: "set-notebook-metadata", key: "loopbook", value: value as JsonValue }, edits);
  const isOurs = isJsonObject(known) && known.template === 1;
  if (!isOurs) return;
  cells.write("origin", "markdown", originText(origin, writer, run.id));
  if (source === undefined) return;
  const hidden = { jupyter: { source_hidden: true } };
  cells.write("script", "code", source, hidden);
}

function originText(origin: Origin, writer: Writer, run: string): string {
  const { script, argv, cwd, git, environment } = origin;
  const commit =
    git && `${code(git.commit)}${git.branch ? ` on ${code(git.branch)}` : ""}${git.dirty ? ", changed" : ""}`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Script", script && code(script)],
    ["Arguments", argv && argv.length > 0 ? code(argv.join(" ")) : undefined],
    ["Folder", cwd && code(cwd)],
    ["Git commit", commit],
    ["Repository", git?.remote && code(git.remote)],
    ["Machine", `${code(writer.host)}, process ${writer.pid}`],
    ["Language", code(writer.language)],
    ["Run", code(run)],
    ...Object.entries(environment ?? {})
      .filter(([, value]) => typeof value !== "object")
      .slice(0, 20)
      .map(([name, value]) => [name, code(String(value))] as const),
  ];
  const table = rows.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`| ${cellText(name)} | ${value} |`],
  );
  return [
    "<details>",
    "<summary>Where this run comes from</summary>",
    "",
    "| | |",
    "|---|---|",
    ...table,
    "",
    "</details>",
  ].join("\n");
}

/** Text of somebody's in a table cell: as code, so that nothing in it is read as Markdown. */
function code(text: string): string {
  const plain = cellText(text).replaceAll("`", "'");
  return plain === "" ? "" : `\`${plain}\``;
}

function cellText(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").slice(0, 500);
}
