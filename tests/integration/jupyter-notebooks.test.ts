/** Notebooks by Jupyter's contents API: what is live is read live, and nothing is written blindly. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { type Answer, aJupyterBench, type JupyterBench } from "./jupyter-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { ana, codeCell, notebookOf } from "./session-support.ts";

const by = { type: "remote", label: "ana/browser" } as const;
const contentOf = (answer: Answer): Notebook => answer.body.content as Notebook;
const sources = ({ cells }: Notebook): string[] => cells.map(({ source }) => source);
const onDisk = (it: JupyterBench, path: string): Notebook =>
  parseNotebook(readFileSync(join(it.folder, path)), path).notebook;
const edited = (notebook: Notebook, change: (cells: Cell[]) => void): Notebook => {
  const copy = structuredClone(notebook);
  change(copy.cells);
  return copy;
};
const put = (
  it: JupyterBench,
  path: string,
  content: unknown,
  headers?: Record<string, string>,
): Promise<Answer> =>
  it.ask("PUT", `/api/contents/${path}`, { type: "notebook", format: "json", content }, headers);

async function aLiveNotebook(
  cells = ["a = 1", "b = 2", "c = 3"],
): Promise<JupyterBench & { session: NotebookSession }> {
  const it = await aJupyterBench();
  it.write("nb.ipynb", notebookOf(cells.map((source, index) => codeCell(`c${index}`, source))));
  await it.api.openNotebook({ path: "nb.ipynb" });
  const [session] = it.host.notebooks();
  if (!session) throw new Error("not open");
  return { ...it, session };
}
const type = (session: NotebookSession, id: string, source: string): void =>
  void session.live.apply({ type: "set-source", id: CellId.of(id), source }, by);
const liveSources = ({ live }: NotebookSession): string[] => sources(live.toNotebook());

describe("a notebook that is live", () => {
  test("is read as it is now, not as its file was, and its hash is its file's", async () => {
    const it = await aLiveNotebook();
    type(it.session, "c0", "a = 42");
    const { status, body } = await it.ask("GET", "/api/contents/nb.ipynb?hash=1");
    expect(status).toBe(200);
    const bytes = readFileSync(join(it.folder, "nb.ipynb"));
    expect(body).toMatchObject({
      name: "nb.ipynb",
      path: "nb.ipynb",
      type: "notebook",
      format: "json",
      mimetype: null,
      writable: true,
      size: bytes.byteLength,
      hash: createHash("sha256").update(bytes).digest("hex"),
      hash_algorithm: "sha256",
    });
    expect(sources(body.content as Notebook)).toEqual(["a = 42", "b = 2", "c = 3"]);
    const bare = await it.ask("GET", "/api/contents/nb.ipynb?content=0&hash=1");
    expect(bare.body).toMatchObject({
      content: null,
      format: null,
      hash: body.hash,
      last_modified: body.last_modified,
    });
    type(it.session, "c0", "a = 43");
    const later = await it.ask("GET", "/api/contents/nb.ipynb?content=0&hash=1");
    expect(later.body.hash).not.toBe(body.hash);
  });

  test("keeps what others wrote since the client read it", async () => {
    const it = await aLiveNotebook();
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    type(it.session, "c0", "a = 'theirs'");
    it.session.live.apply(
      {
        type: "insert-cell",
        cell: { id: CellId.of("new"), cellType: "code", source: "n" },
        after: CellId.of("c2"),
      },
      by,
    );
    const sent = edited(had, (cells) => {
      (cells[1] as Cell).source = "b = 'mine'";
      cells.splice(2, 1);
    });
    const answer = await put(it, "nb.ipynb", sent);
    expect(answer).toMatchObject({ status: 200, body: { type: "notebook", content: null, format: null } });
    expect(liveSources(it.session)).toEqual(["a = 'theirs'", "b = 'mine'", "n"]);
    expect(sources(onDisk(it, "nb.ipynb"))).toEqual(["a = 'theirs'", "b = 'mine'", "n"]);
    expect(it.session.conflicts.list()).toEqual([]);

    // What it has is what it sent: its next change is told from that.
    const next = edited(sent, (cells) => {
      (cells[0] as Cell).source = "a = 1 # first";
    });
    type(it.session, "c0", "a = 'theirs'\nmore");
    await put(it, "nb.ipynb", next);
    expect(it.session.conflicts.list()).toMatchObject([
      { cellId: "c0", what: "source", theirs: "a = 1 # first" },
    ]);
    expect(liveSources(it.session)[2]).toBe("n");
  });

  test("takes a deletion from who had the cell, also of one that it made itself", async () => {
    const it = await aLiveNotebook();
    const first = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    const more = edited(first, (cells) => cells.push(codeCell("mine", "x")));
    await put(it, "nb.ipynb", more);
    expect(liveSources(it.session)).toHaveLength(4);
    await put(it, "nb.ipynb", first);
    expect(liveSources(it.session)).toEqual(["a = 1", "b = 2", "c = 3"]);
  });

  test("is never written over by a client of which nobody knows what it had", async () => {
    const it = await aLiveNotebook();
    await put(it, "nb.ipynb", notebookOf([codeCell("c0", "a = 'blind'"), codeCell("z", "z")]));
    expect(liveSources(it.session)).toEqual(expect.arrayContaining(["a = 1", "b = 2", "c = 3", "z"]));
    expect(it.session.conflicts.list()).toMatchObject([{ cellId: "c0", theirs: "a = 'blind'" }]);
  });

  test("tells two clients of one kind apart by what they send, and by the version that they name", async () => {
    const it = await aLiveNotebook();
    const one = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    const other = await it.ask("GET", "/api/contents/nb.ipynb");
    await put(
      it,
      "nb.ipynb",
      edited(one, (cells) => cells.push(codeCell("of-one", "o"))),
    );
    // The other one does not have that cell, and does not delete it.
    await put(
      it,
      "nb.ipynb",
      edited(contentOf(other), (cells) => {
        (cells[2] as Cell).source = "c = 33";
      }),
    );
    expect(liveSources(it.session)).toEqual(["a = 1", "b = 2", "c = 33", "o"]);

    const third = await it.ask("GET", "/api/contents/nb.ipynb");
    type(it.session, "c1", "b = 22");
    await it.ask("GET", "/api/contents/nb.ipynb");
    const body = { ...third.body, content: edited(contentOf(third), (cells) => cells.pop()) };
    expect((await it.ask("PUT", "/api/contents/nb.ipynb", body)).status).toBe(200);
    expect(liveSources(it.session)).toEqual(["a = 1", "b = 22", "c = 33"]);
  });

  test("gets the outputs of a client that ran the cell, and none from who may not run", async () => {
    const it = await aLiveNotebook();
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    const output = { output_type: "stream" as const, name: "stdout", text: "by the client\n" };
    await put(
      it,
      "nb.ipynb",
      edited(had, (cells) => Object.assign(cells[0] as Cell, { outputs: [output], execution_count: 7 })),
    );
    expect(it.session.live.cell(CellId.of("c0"))).toMatchObject({ outputs: [output], executionCount: 7 });
  });

  test("gives big outputs whole, as the file has them, and takes them back as what they are", async () => {
    const it = await aLiveNotebook([
      "for i in range(30_000): print('line', i)",
      "from IPython.display import HTML; HTML('<p>' + 'x' * 300_000)",
      "c",
    ]);
    await it.session.startKernel();
    for (const id of ["c0", "c1"]) {
      const source = it.session.live.cell(CellId.of(id))?.source ?? "";
      const ticket = it.session.execute({
        ...{
          executionId: ExecutionId.create(),
          cellId: CellId.of(id),
          sourceHash: sourceHash(source),
          by: ana,
        },
      });
      if (!ticket.accepted) throw new Error(ticket.message);
      expect(await ticket.outcome).toMatchObject({ type: "completed" });
    }
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    expect(had.cells.map((cell) => cell.outputs)).toEqual(
      onDisk(it, "nb.ipynb").cells.map((cell) => cell.outputs),
    );
    expect(JSON.stringify(had.cells[1])).toContain("x".repeat(300_000));
    const faces = (): unknown[] => ["c0", "c1"].map((id) => it.session.live.cell(CellId.of(id))?.outputs);
    const before = faces();
    expect(JSON.stringify(before).length).toBeLessThan(100_000);
    await put(
      it,
      "nb.ipynb",
      edited(had, (cells) => {
        (cells[2] as Cell).source = "c = 'mine'";
      }),
    );
    expect(liveSources(it.session)[2]).toBe("c = 'mine'");
    expect(faces()).toEqual(before);
    expect(it.session.conflicts.list()).toEqual([]);
    await put(it, "nb.ipynb", had);
    await put(
      it,
      "nb.ipynb",
      edited(had, (cells) => Object.assign(cells[1] as Cell, { outputs: [], execution_count: null })),
    );
    expect(faces()).toEqual([before[0], []]);
  });

  test("keeps the outputs of a cell that runs, whatever comes", async () => {
    const it = await aLiveNotebook(["import time; print('one'); time.sleep(3); print('two')", "b"]);
    await it.session.startKernel();
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    const source = it.session.live.cell(CellId.of("c0"))?.source ?? "";
    const ticket = it.session.execute({
      ...{
        executionId: ExecutionId.create(),
        cellId: CellId.of("c0"),
        sourceHash: sourceHash(source),
        by: ana,
      },
    });
    if (!ticket.accepted) throw new Error(ticket.message);
    const printed = (): string => JSON.stringify(it.session.live.cell(CellId.of("c0"))?.outputs ?? []);
    await waitFor("the first line", () => printed().includes("one"), 20_000);
    await put(
      it,
      "nb.ipynb",
      edited(had, (cells) => cells.splice(0, 1)),
    );
    expect(await ticket.outcome).toMatchObject({ type: "completed" });
    expect(printed()).toContain("one\\ntwo");
  });

  test("that cannot be read as a notebook is refused and changes nothing", async () => {
    const it = await aLiveNotebook();
    for (const content of [{ cells: "no" }, "text", { nbformat: 4 }]) {
      const answer = await put(it, "nb.ipynb", content);
      expect(answer).toMatchObject({ status: 422, body: { code: "notebook-unreadable" } });
    }
    expect(liveSources(it.session)).toHaveLength(3);
  });

  test("is renamed with all that is in it, copied as it is now, and put into the trash with all that it held", async () => {
    const it = await aLiveNotebook();
    type(it.session, "c0", "a = 'now'");
    const copied = await it.ask("POST", "/api/contents", { copy_from: "nb.ipynb" });
    expect(copied).toMatchObject({ status: 201, body: { path: "nb-Copy1.ipynb" } });
    expect(sources(onDisk(it, "nb-Copy1.ipynb"))[0]).toBe("a = 'now'");

    const session = (await it.ask("POST", "/api/sessions", { path: "nb.ipynb", type: "notebook" })).body;
    expect(await it.ask("PATCH", "/api/contents/nb.ipynb", { path: "nb-Copy1.ipynb" })).toMatchObject({
      status: 409,
    });
    const renamed = await it.ask("PATCH", "/api/contents/nb.ipynb", { path: "new.ipynb" });
    expect(renamed).toMatchObject({ status: 200, body: { path: "new.ipynb", name: "new.ipynb" } });
    expect(it.session.path).toBe(join(it.folder, "new.ipynb"));
    expect((await it.ask("GET", `/api/sessions/${session.id}`)).body).toMatchObject({ path: "new.ipynb" });
    expect(await it.ask("PATCH", `/api/sessions/${session.id}`, { path: "new.ipynb" })).toMatchObject({
      status: 200,
    });
    type(it.session, "c1", "b = 'after'");
    expect(sources(contentOf(await it.ask("GET", "/api/contents/new.ipynb")))[1]).toBe("b = 'after'");
    expect(existsSync(join(it.folder, "nb.ipynb"))).toBe(false);

    expect((await it.ask("DELETE", "/api/contents/new.ipynb")).status).toBe(204);
    expect(it.host.notebooks()).toEqual([]);
    expect(existsSync(join(it.folder, "new.ipynb"))).toBe(false);
    const trashed = readFileSync(join(process.env.XDG_DATA_HOME ?? "", "Trash/files/new.ipynb"), "utf8");
    expect(trashed).toContain("b = 'after'");
  });

  test("goes back to a checkpoint by ordinary edits", async () => {
    const it = await aLiveNotebook();
    expect((await it.ask("GET", "/api/contents/nb.ipynb/checkpoints")).body).toEqual([]);
    type(it.session, "c0", "a = 'kept'");
    const made = await it.ask("POST", "/api/contents/nb.ipynb/checkpoints");
    expect(made).toMatchObject({ status: 201, body: { id: "checkpoint" } });
    expect((await it.ask("GET", "/api/contents/nb.ipynb/checkpoints")).body).toEqual([made.body]);
    type(it.session, "c0", "a = 'regretted'");
    expect((await it.ask("POST", "/api/contents/nb.ipynb/checkpoints/checkpoint")).status).toBe(204);
    expect(liveSources(it.session)).toEqual(["a = 'kept'", "b = 2", "c = 3"]);
    await it.ask("PATCH", "/api/contents/nb.ipynb", { path: "other.ipynb" });
    expect((await it.ask("GET", "/api/contents/other.ipynb/checkpoints")).body).toHaveLength(1);
    expect((await it.ask("DELETE", "/api/contents/other.ipynb/checkpoints/checkpoint")).status).toBe(204);
    expect((await it.ask("POST", "/api/contents/other.ipynb/checkpoints/checkpoint")).status).toBe(404);
  });
});

describe("a notebook that nobody has open", () => {
  test("is read from its file, and written in its style, with what changed meanwhile", async () => {
    const it = await aJupyterBench();
    const before = notebookOf([codeCell("a", "a"), codeCell("b", "b")], { custom: { keep: [1, 2] } });
    writeFileSync(join(it.folder, "nb.ipynb"), `${JSON.stringify(before, null, 4)}\n\n`);
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    expect(had).toEqual(before);
    writeFileSync(
      join(it.folder, "nb.ipynb"),
      `${JSON.stringify(
        edited(before, (cells) => {
          (cells[0] as Cell).source = "a = by another program";
        }),
        null,
        4,
      )}\n\n`,
    );
    const sent = edited(had, (cells) => {
      (cells[1] as Cell).source = "b = by the client";
    });
    expect((await put(it, "nb.ipynb", sent)).status).toBe(200);
    const text = readFileSync(join(it.folder, "nb.ipynb"), "utf8");
    expect(sources(onDisk(it, "nb.ipynb"))).toEqual(["a = by another program", "b = by the client"]);
    expect(text).toMatch(/^\{\n {4}"cells"[\s\S]*\}\n\n$/);
    expect(it.host.notebooks()).toEqual([]);
  });

  test("is made when it is not there, and replaced by who knows only its name", async () => {
    const it = await aJupyterBench();
    const notebook = notebookOf([codeCell("a", "new")]);
    expect(await put(it, "new.ipynb", notebook)).toMatchObject({ status: 201, body: { path: "new.ipynb" } });
    expect(readFileSync(join(it.folder, "new.ipynb"), "utf8")).toBe(serialiseNotebook(notebook));
    const other = { "user-agent": "another program" };
    expect((await put(it, "new.ipynb", notebookOf([codeCell("z", "all new")]), other)).status).toBe(200);
    expect(sources(onDisk(it, "new.ipynb"))).toEqual(["all new"]);
  });

  test("that is opened between reading and writing is merged all the same, with cells that have no ids", async () => {
    const it = await aJupyterBench();
    const { id: _a, ...a } = codeCell("", "a = 1");
    const { id: _b, ...b } = codeCell("", "b = 2");
    writeFileSync(
      join(it.folder, "nb.ipynb"),
      JSON.stringify({ cells: [a, b], metadata: {}, nbformat: 4, nbformat_minor: 4 }),
    );
    const had = contentOf(await it.ask("GET", "/api/contents/nb.ipynb"));
    await it.api.openNotebook({ path: "nb.ipynb" });
    const [session] = it.host.notebooks();
    if (!session) throw new Error("not open");
    const [first] = session.live.cellIds();
    session.live.apply({ type: "set-source", id: first ?? CellId.of(""), source: "a = 11" }, by);
    await put(
      it,
      "nb.ipynb",
      edited(had, (cells) => {
        (cells[1] as Cell).source = "b = 22";
      }),
    );
    expect(liveSources(session)).toEqual(["a = 11", "b = 22"]);
    expect(onDisk(it, "nb.ipynb").cells.every((cell) => cell.id === undefined)).toBe(true);
  });
});

test("who may only look on reads, and changes nothing", async () => {
  const it = await aLiveNotebook();
  expect((await it.asViewer("GET", "/api/contents/nb.ipynb")).body).toMatchObject({
    writable: false,
    type: "notebook",
  });
  for (const [method, path, body] of [
    ["PUT", "nb.ipynb", { type: "notebook", content: notebookOf([]) }],
    ["POST", "", { type: "notebook" }],
    ["PATCH", "nb.ipynb", { path: "x.ipynb" }],
    ["DELETE", "nb.ipynb"],
    ["POST", "nb.ipynb/checkpoints"],
  ] as const) {
    expect(await it.asViewer(method, `/api/contents/${path}`, body)).toMatchObject({ status: 403 });
  }
  expect(readdirSync(it.folder)).toEqual(["nb.ipynb"]);
});
