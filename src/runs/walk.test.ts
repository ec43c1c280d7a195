import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CellSnapshot } from "../document/live-notebook.ts";
import { CellId } from "../util/ids.ts";
import { type CellsView, follow, nextCell, pass, placeBefore, startWalk, type Walk } from "./walk.ts";

const ids = (text: string): CellId[] => [...text].map(CellId.of);

function cell(id: CellId, change: Partial<CellSnapshot> = {}): CellSnapshot {
  return {
    id,
    cellType: "code",
    source: `print("${id}")`,
    metadata: {},
    outputs: [],
    executionCount: null,
    executionState: "idle",
    ...change,
  };
}

function view(order: readonly CellId[], changes: Record<string, Partial<CellSnapshot>> = {}): CellsView {
  return {
    cellIds: () => order,
    cell: (id) => (order.includes(id) ? cell(id, changes[id]) : undefined),
  };
}

/** Runs to the end over orders that change: `orders[k]` is the document after k cells were run. */
function walkThrough(orders: readonly string[]): string {
  const done = new Set<CellId>();
  let ran = "";
  let order = ids(orders[0] ?? "");
  let walk = startWalk(order, null);
  const rules = { skipTags: [], isDone: (id: CellId) => done.has(id) };
  for (;;) {
    const next = nextCell(walk, view(order), rules);
    if (next === null) return ran;
    ran += next.cell.id;
    const changed = orders[ran.length];
    if (changed !== undefined) order = ids(changed);
    done.add(next.cell.id);
    walk = pass(walk, order, next.cell.id);
  }
}

describe("the next cell", () => {
  test("goes through the notebook in order", () => {
    expect(walkThrough(["abcd"])).toBe("abcd");
  });

  test("is one that was inserted after the running cell", () => {
    expect(walkThrough(["abc", "aNbc"])).toBe("aNbc");
  });

  test("is never one that was inserted before the running cell", () => {
    expect(walkThrough(["abc", "abc", "aNbc"])).toBe("abc");
  });

  test("is the neighbour of a deleted one", () => {
    expect(walkThrough(["abcd", "bcd"])).toBe("abcd");
    expect(walkThrough(["abcd", "acd"])).toBe("acd");
    expect(walkThrough(["abcd", "cd"])).toBe("acd");
  });

  test("does not follow the running cell when that is moved to the end", () => {
    expect(walkThrough(["abcde", "abcde", "acdeb"])).toBe("abcde");
  });

  test("runs a cell that changed places with the running one", () => {
    expect(walkThrough(["abc", "abc", "acb"])).toBe("abc");
    expect(walkThrough(["ab", "ba"])).toBe("ab");
  });

  test("does not run a done cell again that was moved ahead", () => {
    expect(walkThrough(["abcd", "abcd", "abcd", "bcda"])).toBe("abcd");
  });

  test("takes cells ahead in their new order", () => {
    expect(walkThrough(["abcd", "adcb"])).toBe("adcb");
  });

  test("leaves out markdown, raw, blank and tagged cells", () => {
    const order = ids("abcde");
    const found = nextCell(
      startWalk(order, null),
      view(order, {
        a: { cellType: "markdown" },
        b: { cellType: "raw" },
        c: { source: " \n" },
        d: { metadata: { tags: ["skip-execution"] } },
      }),
      { skipTags: ["skip-execution"], isDone: () => false },
    );
    expect(found).toMatchObject({ index: 4, cell: { id: "e" } });
  });

  test("can be set back, and runs what stands there now", () => {
    const order = ids("abcd");
    const walk = placeBefore(pass(startWalk(order, null), order, CellId.of("c")), order, CellId.of("b"));
    expect(nextCell(walk, view(order), { skipTags: [], isDone: () => false })?.cell.id).toBe("b");
  });

  test("is one that was put before the cell it waits before, also above a heading", () => {
    const order = ids("aMb");
    const walk = pass(startWalk(order, null), order, CellId.of("a"));
    const later = ids("aNMb");
    const rules = { skipTags: [], isDone: () => false };
    expect(nextCell(walk, view(later, { M: { cellType: "markdown" } }), rules)?.cell.id).toBe("N");
  });
});

/** A small random life of a document: an order after each executed cell. */
const lives = fc
  .array(
    fc.record({
      kind: fc.constantFrom("none", "insert", "delete", "move" as const),
      from: fc.nat(40),
      to: fc.nat(40),
    }),
    { maxLength: 40 },
  )
  .map((edits) => edits);

describe("whatever happens to the order", () => {
  test("no cell runs twice, and without moves none ahead is left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), lives, fc.boolean(), (size, edits, withMoves) => {
        let order = Array.from({ length: size }, (_, index) => CellId.of(`c${index}`));
        const done: CellId[] = [];
        let walk: Walk = startWalk(order, null);
        let made = 0;
        const rules = { skipTags: [], isDone: (id: CellId) => done.includes(id) };
        for (const edit of [...edits, ...Array.from({ length: size + 40 }, () => null)]) {
          const next = nextCell(walk, view(order), rules);
          if (next === null) break;
          if (edit?.kind === "insert") {
            order = order.toSpliced(edit.to % (order.length + 1), 0, CellId.of(`n${made++}`));
          } else if (edit?.kind === "delete" && order.length > 1) {
            order = order.toSpliced(edit.from % order.length, 1);
          } else if (edit?.kind === "move" && withMoves) {
            const [moved] = order.slice(edit.from % order.length, (edit.from % order.length) + 1);
            const without = order.toSpliced(edit.from % order.length, 1);
            if (moved !== undefined) order = without.toSpliced(edit.to % (without.length + 1), 0, moved);
          }
          expect(done).not.toContain(next.cell.id);
          done.push(next.cell.id);
          walk = pass(walk, order, next.cell.id);
          if (!withMoves) {
            // Original cells keep their order: all that stand behind the newest one are still to come.
            const at = order.indexOf(next.cell.id);
            const ahead = order.slice(follow(walk, order).place);
            if (at !== -1) expect(ahead).toEqual(order.slice(at + 1));
          }
        }
      }),
    );
  });

  test("the place is a gap of the order", () => {
    const order = fc.uniqueArray(
      fc.integer({ min: 0, max: 20 }).map((n) => CellId.of(`c${n}`)),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(order, order, fc.nat(15), (before, after, place) => {
        const walk = follow({ order: before, place: Math.min(place, before.length) }, after);
        expect(walk.place).toBeGreaterThanOrEqual(0);
        expect(walk.place).toBeLessThanOrEqual(after.length);
        // The same order again leaves it where it is.
        expect(follow(walk, [...after]).place).toBeLessThanOrEqual(walk.place);
      }),
    );
  });
});
