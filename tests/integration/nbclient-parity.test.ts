/**
 * The same notebooks executed by nbclient and by us: the same notebook comes out. Compared twice: with streams joined
 * by name (nbclient's `coalesce_streams`), and as we join them by default, where nbclient writes each piece alone.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { type CodeCell, type Notebook, type Output, tagsOf } from "../../src/nbformat/notebook.ts";
import { NOTEBOOKS } from "./fixtures/nbclient-parity/notebooks.ts";
import { KERNEL_ENV, PYTHON } from "./kernel-support.ts";
import { codeCell, notebookOf, openSession } from "./session-support.ts";

const RUNNER = join(import.meta.dirname, "fixtures/nbclient-parity/run_nbclient.py");

async function runNbclient(jobs: readonly { notebook: Notebook; coalesce: boolean }[]): Promise<Notebook[]> {
  const python = spawn(PYTHON, [RUNNER], {
    env: KERNEL_ENV,
    stdio: ["pipe", "pipe", "ignore"],
    timeout: 140_000,
  });
  python.stdin.end(JSON.stringify(jobs));
  return (await json(python.stdout)) as Notebook[];
}

async function runOurs(notebook: Notebook, streams: "by-name" | "consecutive"): Promise<Notebook> {
  const { session, run, close } = await openSession(notebook, { streams });
  try {
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code") continue;
      const outcome = await run(cell.id ?? "", { allowInput: false });
      if (outcome.type !== "completed" && !tagsOf(cell).includes("raises-exception")) {
        throw new Error(`${cell.source}: ${JSON.stringify(outcome)}`);
      }
    }
    await session.save();
    return session.live.toNotebook();
  } finally {
    await close();
  }
}

/** What differs from run to run: addresses, process ids, ids of widgets (named by the order in which they come). */
function withoutChance(notebook: Notebook): unknown {
  const ids = new Map<string, string>();
  const text = JSON.stringify({ cells: notebook.cells, metadata: notebook.metadata })
    .replace(/0x[0-9a-f]{6,}/g, "0xADDRESS")
    .replace(/ipykernel_\d+/g, "ipykernel_PID")
    .replace(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, (id) => {
      ids.set(id, ids.get(id) ?? `widget-${ids.size}`);
      return ids.get(id) ?? "";
    });
  return JSON.parse(text);
}

/** What nbclient's pieces are when those next to each other are joined, and its own rule for `\r` is applied. */
function joined(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const outputs: Output[] = [];
    for (const output of cell.outputs) {
      const last = outputs.at(-1);
      if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
        outputs[outputs.length - 1] = { ...last, text: last.text + output.text };
      } else outputs.push(output);
    }
    return {
      ...cell,
      outputs: outputs.map((output) =>
        output.output_type === "stream"
          ? { ...output, text: output.text.replace(/[^\n]*\r(?=[^\n])/g, "") }
          : output,
      ),
    };
  });
  return { ...notebook, cells };
}

describe("the notebook is the one that nbclient makes", () => {
  const names = Object.keys(NOTEBOOKS);
  let byName: Notebook[] = [];
  let pieces: Notebook[] = [];

  beforeAll(async () => {
    const jobs = [true, false].flatMap((coalesce) =>
      Object.values(NOTEBOOKS).map((notebook) => ({ notebook, coalesce })),
    );
    const executed = await runNbclient(jobs);
    byName = executed.slice(0, names.length);
    pieces = executed.slice(names.length);
  }, 150_000);

  test.each(names.map((name, index) => ({ name, index })))("$name", async ({ name, index }) => {
    const notebook = NOTEBOOKS[name] ?? notebookOf([]);
    const theirs = byName[index] ?? notebookOf([]);
    expect(withoutChance(await runOurs(notebook, "by-name"))).toEqual(withoutChance(theirs));
    const theirPieces = joined(pieces[index] ?? notebookOf([]));
    expect(withoutChance(await runOurs(notebook, "consecutive"))).toEqual(withoutChance(theirPieces));
  });
});

test("we differ where nbclient's code does not do what it says: backspaces are taken back", async () => {
  const notebook = notebookOf([codeCell("a", "print('abc\\b\\bX')")]);
  const [theirs] = await runNbclient([{ notebook, coalesce: true }]);
  const text = (executed: Notebook | undefined) => {
    const cell = executed?.cells[0] as CodeCell | undefined;
    return cell?.outputs[0]?.text;
  };
  expect(text(theirs)).toBe("abc\b\bX\n");
  expect(text(await runOurs(notebook, "by-name"))).toBe("aX\n");
});
