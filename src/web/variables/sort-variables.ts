/** Which variables are listed, and in which order. Pure. */
import type { KernelVariable } from "../../kernel/variables/read-variables.ts";

export type SortKey = "name" | "type" | "size";

export interface ListChoice {
  readonly filter: string;
  readonly key: SortKey;
  readonly descending: boolean;
  /** Functions, classes and modules, too. */
  readonly all: boolean;
}

export function listed(
  variables: readonly KernelVariable[],
  { filter, key, descending, all }: ListChoice,
): readonly KernelVariable[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = variables.filter((one) => {
    if (!all && one.sort !== "value") return false;
    const text = `${one.name} ${one.type} ${one.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sorted = found.toSorted((a, b) => compare(a, b, key) || byName(a, b));
  return descending ? sorted.toReversed() : sorted;
}

function compare(a: KernelVariable, b: KernelVariable, key: SortKey): number {
  if (key === "name") return 0;
  if (key === "type") return a.type.localeCompare(b.type);
  return (a.bytes ?? -1) - (b.bytes ?? -1);
}

const byName = (a: KernelVariable, b: KernelVariable): number =>
  a.name.localeCompare(b.name, "en", { numeric: true });

/** `300 × 4`, `12`; nothing where there is none. */
export function shapeText(shape: readonly number[] | null): string {
  return shape === null
    ? ""
    : shape.length === 0
      ? "scalar"
      : shape.map((side) => side.toLocaleString("en")).join(" × ");
}

/** Names whose value is another than before; none of a first look. */
export function changedNames(
  before: readonly KernelVariable[] | null,
  now: readonly KernelVariable[],
): ReadonlySet<string> {
  if (before === null) return new Set();
  const known = new Map(before.map((one) => [one.name, one]));
  return new Set(
    now
      .filter(({ name, value, shape }) => {
        const old = known.get(name);
        return old === undefined || old.value !== value || String(old.shape) !== String(shape);
      })
      .map(({ name }) => name),
  );
}
