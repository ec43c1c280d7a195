/**
 * A move has many points at which the process can end: whichever it is, the next process finds the notebook under one
 * of its two names, with its room, and nothing lost or doubled. The old process is stopped at the point for good.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import { NotebookFiles } from "../../src/store/files/notebook-files.ts";
import { MemoryRunLedger } from "../../src/store/memory/run-ledger.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId } from "../../src/util/ids.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { type FoundFile, moveOutcome } from "../../src/worker/settle-move.ts";

const first = CellId.of("a");
const by = { type: "person", label: "ana" } as const;
let base: string;
let from: string;
let to: string;
let states = 0;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-move-points-")));
  from = join(base, "nb.ipynb");
  to = join(base, "sub", "new.ipynb");
  mkdirSync(join(base, "sub"));
  writeFileSync(from, fileWith("x = 0"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
});

function fileWith(source: string): string {
  const cell = { cell_type: "code", execution_count: null, id: "a", metadata: {}, outputs: [], source };
  return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const stateFolder = (): string => join(base, `state-${states}`);

/** What the next process finds: the folder as it is, and the state folder as it was on disk at that moment. */
function crash(): void {
  const before = stateFolder();
  states++;
  cpSync(before, stateFolder(), { recursive: true });
  rmSync(join(stateFolder(), "rooms", "leases"), { recursive: true, force: true });
}

function aHost(documentStore?: NotebookFiles): Host {
  return createLocalHost({
    stateFolder: stateFolder(),
    version: "0",
    kernels: new ScriptedProvider(() => ({})),
    runStore: new MemoryRunLedger(),
    ...(documentStore && { documentStore }),
  });
}

/** Each stops the move at its point, and never lets it go on. */
const POINTS: Readonly<Record<string, (stop: () => Promise<never>) => Partial<NotebookFiles>>> = {
  "between the plan and the rename": (stop) => ({ move: stop, saveNew: stop }),
  "between the new name and the end of the old": (stop) => ({
    move: async (a, b) => {
      linkSync(a, b);
      return stop();
    },
  }),
  "with a whole copy on another file system": (stop) => ({
    move: async (a, b) => {
      copyFileSync(a, b);
      return stop();
    },
  }),
  "between the rename and its mark": (stop) => ({
    move: async (a, b) => {
      linkSync(a, b);
      unlinkSync(a);
      return stop();
    },
    takeNew: stop,
  }),
};

/** A notebook with an edit that is in the log only, stopped in the middle of a move. */
async function stopped(
  point: string,
  kind: "moveNotebook" | "saveNotebookAs",
): Promise<Pick<NotebookSession, "id">> {
  let isThere: () => void = () => {};
  const there = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  const stop = (): Promise<never> => {
    isThere();
    return new Promise<never>(() => {});
  };
  const store = Object.assign(new NotebookFiles(), POINTS[point]?.(stop));
  const host = aHost(store);
  const session = await host.openNotebook(from);
  session.keep();
  await session.durable();
  session.live.apply({ type: "set-source", id: first, source: "x = 1" }, by);
  await session.durable();
  void host[kind](session.id, to);
  await there;
  return session;
}

async function next(path: string): Promise<NotebookSession> {
  const host = aHost();
  onTestFinished(() => host.close());
  return host.openNotebook(path);
}

const sourceOf = (session: NotebookSession): string | undefined => session.live.cell(first)?.source;

const moves = Object.keys(POINTS).flatMap((point) =>
  (["old", "new", "id"] as const).map((entry) => [point, entry] as const),
);

describe("a process that ends in a rename", () => {
  test.each(moves)("%s: found by its %s", async (point, entry) => {
    const { id } = await stopped(point, "moveNotebook");
    crash();
    const isMoved = point !== "between the plan and the rename";
    const place = isMoved ? to : from;
    if (entry !== "id" && (entry === "new") !== isMoved) {
      // Asked for under the name that it has not: there is nothing, and the room stays with the file.
      await expect(next(isMoved ? from : to)).rejects.toMatchObject({ code: "notebook-unreadable" });
    } else if (entry === "id") {
      const host = aHost();
      onTestFinished(() => host.close());
      expect((await host.reopenNotebook(id))?.path).toBe(place);
      await host.close();
    }
    const again = await next(place);
    expect([again.id, sourceOf(again), existsSync(isMoved ? from : to)]).toEqual([id, "x = 1", false]);
    await again.save();
    expect(readFileSync(place, "utf8")).toBe(fileWith("x = 1"));
  });

  test("before another program took the new name: stays where it was, and leaves theirs alone", async () => {
    const { id } = await stopped("between the plan and the rename", "moveNotebook");
    crash();
    writeFileSync(to, fileWith("y = 5"));
    const theirs = await next(to);
    expect([theirs.id === id, sourceOf(theirs)]).toEqual([false, "y = 5"]);
    const mine = await next(from);
    expect([mine.id, sourceOf(mine)]).toEqual([id, "x = 1"]);
  });
});

describe("a process that ends in saving under another name", () => {
  test.each([
    ["between the plan and the rename", "from"],
    ["between the rename and its mark", "to"],
  ] as const)("%s: goes on %s there", async (point, place) => {
    const { id } = await stopped(point, "saveNotebookAs");
    crash();
    const path = place === "to" ? to : from;
    const again = await next(path);
    expect([again.id, sourceOf(again)]).toEqual([id, "x = 1"]);
    expect(readFileSync(from, "utf8")).toBe(fileWith("x = 0"));
    await again.save();
    expect(readFileSync(path, "utf8")).toBe(fileWith("x = 1"));
    if (place === "to") expect((await next(from)).id).not.toBe(id);
  });
});

test("whatever is found, no notebook is ever given another's file, and none is lost", () => {
  const file = fc.option(
    fc.record({ identity: fc.constantFrom("1", "2"), contentHash: fc.constantFrom("p", "q") }),
    { nil: null },
  );
  const plan = fc.record({
    contentHash: fc.constantFrom("p", "q", null),
    keepsOld: fc.boolean(),
  });
  fc.assert(
    fc.property(plan, file, file, (planned, before: FoundFile | null, after: FoundFile | null) => {
      const outcome = moveOutcome(planned, before, after);
      // What it is said to be at is there.
      if (outcome !== "not-moved") expect(after).not.toBeNull();
      // What is to go is there twice.
      if (outcome === "half") {
        expect(planned.keepsOld).toBe(false);
        const isOne = before?.identity === after?.identity;
        expect(isOne || before?.contentHash === after?.contentHash).toBe(true);
      }
      if (planned.keepsOld && outcome === "moved") expect(after?.contentHash).toBe(planned.contentHash);
    }),
  );
});
