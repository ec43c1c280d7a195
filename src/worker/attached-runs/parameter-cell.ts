/** The parameters of an attached run as its notebook has them: read, written, and followed while people type. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { EditOrigin, LiveNotebook, NotebookChange } from "../../document/live-notebook.ts";
import { literalLanguageOf } from "../../nbformat/literals.ts";
import { setSourceValue } from "../../nbformat/named-values.ts";
import { tagsOf } from "../../nbformat/notebook.ts";
import type { Party } from "../../people/party.ts";
import { type CellLanguage, declarations } from "../../runs/attached/declare.ts";
import { inferParameters } from "../../runs/parameters/infer.ts";
import type { ParameterSpec, ParameterValues } from "../../runs/parameters.ts";
import { TAGS } from "../../runs/tags.ts";
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import type { Clock } from "../../util/clock.ts";
import { CellId } from "../../util/ids.ts";
import { isJsonObject, type JsonValue, jsonEqual } from "../../util/json.ts";

/** Who set a value that stands in the notebook, where nobody is known. */
export const NOTEBOOK: Party = {
  kind: "person",
  who: "local",
  using: "notebook",
  displayName: "The notebook",
};

/** A person has finished typing a value when nothing came for so long. */
const QUIET_MS = 700;

export interface ParameterCellOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly clock: Clock;
  /** Somebody changed the cells, and is still for a moment. */
  readonly onEdited: (specs: readonly ParameterSpec[], by: Party) => void;
}

export class ParameterCell {
  private readonly given: ParameterCellOptions;
  /** The literals as they were read or written last: what differs is being typed. */
  private known: ReadonlyMap<string, JsonValue | undefined> = new Map();
  private cancel: (() => void) | null = null;
  private editedBy: Party | null = null;
  private readonly stopListening: () => void;

  constructor(options: ParameterCellOptions) {
    this.given = options;
    this.stopListening = options.live.onChange((change) => this.onChange(change));
  }

  read(): readonly ParameterSpec[] {
    const specs = this.infer();
    this.known = new Map(specs.map(({ name, defaultValue }) => [name, defaultValue]));
    return specs;
  }

  /** Those that no cell assigns yet get a line; a cell is made where there is none. */
  declare(parameters: readonly DeclaredParameter[]): void {
    const { live, origin } = this.given;
    const known = new Set(this.infer().map(({ name }) => name));
    const { lines } = declarations(
      parameters.filter(({ name }) => !known.has(name)),
      languageOf(live),
    );
    if (lines.length > 0) live.applyAll([this.withLines(lines)], origin);
    const names = new Set(parameters.map(({ name }) => name));
    const added = this.infer().filter(({ name }) => names.has(name) && !known.has(name));
    this.known = new Map([...this.known, ...added.map((spec) => [spec.name, spec.defaultValue] as const)]);
  }

  /** Not over what somebody is typing just now: that comes as a change of its own. */
  write(values: ParameterValues): void {
    const { live, origin } = this.given;
    const language = literalLanguageOf(live.metadata());
    if (language === undefined) return;
    for (const spec of this.infer()) {
      const value = values[spec.name];
      if (value === undefined || same(spec.defaultValue, value)) continue;
      if (this.known.has(spec.name) && !same(this.known.get(spec.name), spec.defaultValue)) continue;
      const source = live.cell(spec.cellId)?.source;
      if (source === undefined) continue;
      const change = setSourceValue(source, spec.name, value, language);
      if (!change.ok) continue;
      live.apply({ type: "set-source", id: spec.cellId, source: change.source }, origin);
      this.known = new Map(this.known).set(spec.name, value);
    }
  }

  close(): void {
    this.cancel?.();
    this.stopListening();
  }

  private infer(): readonly ParameterSpec[] {
    const { live } = this.given;
    const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
    return inferParameters(cells, languageOf(live));
  }

  private withLines(lines: readonly string[]): NotebookEdit {
    const { live } = this.given;
    const ids = live.cellIds();
    const own = ids.find((id) => isParameters(live, id));
    const source = own === undefined ? "" : (live.cell(own)?.source ?? "");
    const text = [source.trimEnd(), ...lines].filter((part) => part !== "").join("\n");
    if (own !== undefined) return { type: "set-source", id: own, source: text };
    const code = ids.findIndex((id) => live.cell(id)?.cellType !== "markdown");
    const behind = ids[(code === -1 ? ids.length : code) - 1] ?? null;
    const cell = {
      id: CellId.create(),
      cellType: "code" as const,
      source: text,
      metadata: { tags: [TAGS.parameters] },
    };
    return { type: "insert-cell", cell, after: behind };
  }

  private onChange(change: NotebookChange): void {
    if (change.origin === this.given.origin) return;
    if (change.cells.size === 0 && !change.order) return;
    const { live, clock } = this.given;
    if (!change.order && ![...change.cells].some((id) => isParameters(live, id))) return;
    this.editedBy = partyOf(change.origin);
    this.cancel?.();
    this.cancel = clock.schedule(QUIET_MS, () => {
      this.cancel = null;
      if (this.editedBy !== null) this.given.onEdited(this.read(), this.editedBy);
    });
  }
}

function isParameters(live: LiveNotebook, id: CellId): boolean {
  const cell = live.cell(id);
  return cell?.cellType === "code" && tagsOf(cell).includes(TAGS.parameters);
}

function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return jsonEqual(one, other);
}

/** The author of a change, as far as its origin tells. */
function partyOf(origin: unknown): Party {
  const known = isJsonLike(origin) ? origin : {};
  const label = typeof known.label === "string" ? known.label : "unknown";
  const [who = "unknown", using = "document"] = label.split("/");
  const name = typeof known.displayName === "string" ? known.displayName : who;
  if (known.type === "file") return { kind: "person", who, using, displayName: "The file" };
  return { kind: known.kind === "pipeline" ? "pipeline" : "person", who, using, displayName: name };
}

function isJsonLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A notebook that names nothing is Python's to every Jupyter program. */
export function languageOf(live: LiveNotebook): CellLanguage {
  const { kernelspec, language_info: info } = live.metadata();
  const text = (value: JsonValue | undefined, key: string): string | null => {
    const found = isJsonObject(value) ? value[key] : undefined;
    return typeof found === "string" ? found : null;
  };
  const kernelName = text(kernelspec, "name");
  const language = text(info, "name") ?? text(kernelspec, "language");
  return { kernelName, language: language ?? (kernelName === null ? "python" : null) };
}
