/** Which kernelspec a name means. */
import type { KernelSpec } from "../../kernel/kernel.ts";
import { LoopbookError } from "../../util/errors.ts";

/** @throws LoopbookError `no-such-kernel`, naming those that exist and the nearest. */
export function chooseSpec(specs: readonly KernelSpec[], name: string | undefined): KernelSpec {
  const wanted = name?.toLowerCase() ?? "python3";
  const exact = specs.find((spec) => spec.name === wanted);
  if (exact !== undefined) return exact;
  if (name === undefined) {
    const python = specs.find((spec) => spec.language.toLowerCase() === "python");
    if (python !== undefined) return python;
  }
  if (specs.length === 0) {
    const message =
      "No Jupyter kernel is installed that can be found. Install one, for Python: python3 -m pip install ipykernel. " +
      "Where it is looked for: loopbook doctor.";
    throw new LoopbookError("no-such-kernel", message, { exitCode: 2 });
  }
  const known = specs.map((spec) => spec.name);
  const list = known.length === 1 ? `The only one is ${known[0]}.` : `There are: ${known.join(", ")}.`;
  if (name === undefined) {
    throw new LoopbookError("no-such-kernel", `There is no Python kernel. ${list} Name one with --kernel.`, {
      exitCode: 2,
    });
  }
  const near = nearest(wanted, specs);
  const guess = near === null ? "" : ` Did you mean ${near}?`;
  throw new LoopbookError("no-such-kernel", `There is no kernel named "${name}".${guess} ${list}`, {
    exitCode: 2,
  });
}

/** The name that was most likely meant: by its letters, or by the display name or language that was typed instead. */
function nearest(wanted: string, specs: readonly KernelSpec[]): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const spec of specs) {
    const spellings = [spec.name, spec.displayName.toLowerCase(), spec.language.toLowerCase()];
    const distance = Math.min(...spellings.map((spelling) => editDistance(wanted, spelling)));
    if (best === null || distance < best.distance) best = { name: spec.name, distance };
  }
  return best !== null && best.distance <= Math.max(2, Math.floor(wanted.length / 2)) ? best.name : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
