import { expect, test } from "vitest";
import { keyed } from "../../nbformat/merge/cell-keys.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { type Client, type ServedVersion, ServedVersions } from "./served-versions.ts";

const FILE = "/nb.ipynb";
/** Programs that open a connection for each request. */
let port = 0;
const client = (program = "p"): Client => ({ program, connection: `here ${port++}` });

function notebook(cells: Record<string, string>): Notebook {
  return {
    ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
    cells: Object.entries(cells).map(([id, source]) => ({ id, cell_type: "markdown", metadata: {}, source })),
  };
}

function version(cells: Record<string, string>, more: Partial<ServedVersion> = {}): ServedVersion {
  const marks = [JSON.stringify(cells)];
  return { keyed: keyed(notebook(cells)), live: null, wholes: new Map(), marks, bytes: 100, ...more };
}

/** The ids of the cells that the client is taken to have had. */
function found(
  versions: ServedVersions,
  cells: Record<string, string>,
  by = client(),
  marks: string[] = [],
): readonly string[] | null {
  return versions.find(FILE, by, notebook(cells), marks)?.version.keyed.keys ?? null;
}

const ab = { a: "1", b: "2" };

test("what a client read is what it had; of one that read nothing nobody knows", () => {
  const versions = new ServedVersions();
  versions.served(FILE, client(), version(ab));
  expect(found(versions, { a: "1" })).toEqual(["a", "b"]);
  expect(found(versions, { a: "1" }, client("other"))).toBe(null);
  expect(versions.find("/other.ipynb", client(), notebook(ab), [])).toBe(null);
});

test("what a client wrote is what it has", () => {
  const versions = new ServedVersions();
  versions.served(FILE, client(), version(ab));
  const line = versions.find(FILE, client(), notebook({ ...ab, c: "3" }), []);
  versions.took(FILE, client(), line, version({ ...ab, c: "3" }));
  // It undoes its own change: that cell is deleted, not unknown.
  expect(found(versions, ab)).toEqual(["a", "b", "c"]);
});

test("of two that read the same, one that wrote does not speak for the other", () => {
  const versions = new ServedVersions();
  versions.served(FILE, client(), version(ab));
  versions.served(FILE, client(), version(ab));
  const line = versions.find(FILE, client(), notebook({ ...ab, c: "3" }), []);
  versions.took(FILE, client(), line, version({ ...ab, c: "3" }));
  expect(found(versions, { a: "1", b: "edited" })).toEqual(["a", "b"]);
});

test("who reads again and deletes what others had added is not taken for one that never saw it", () => {
  const versions = new ServedVersions();
  versions.served(FILE, client(), version(ab));
  versions.served(FILE, client(), version({ ...ab, theirs: "t" }));
  expect(found(versions, ab)).toEqual(["a", "b", "theirs"]);
});

test("a version that is named by its mark, or was read on the same connection, is the one", () => {
  const versions = new ServedVersions();
  const [one, other] = [client(), client()];
  versions.served(FILE, one, version(ab));
  versions.served(FILE, other, version({ ...ab, c: "3" }));
  expect(found(versions, { ...ab, c: "3", d: "4" }, one)).toEqual(["a", "b"]);
  expect(found(versions, { a: "1", x: "" }, client(), [JSON.stringify({ ...ab, c: "3" })])).toEqual([
    "a",
    "b",
    "c",
  ]);
});

test("a program that reads all the time does not push out what a writer has", () => {
  const versions = new ServedVersions();
  versions.took(FILE, client(), null, version(ab, { marks: [] }));
  for (let count = 0; count < 100; count++) {
    versions.served(FILE, client(), version({ ...ab, n: String(count) }));
    versions.served(FILE, client(), version({ ...ab, n: String(count) }));
  }
  expect(found(versions, { a: "edited", b: "2" })).toEqual(["a", "b"]);
});

test("memory is bounded, and what is forgotten is unknown", () => {
  const versions = new ServedVersions();
  versions.served(FILE, client(), version(ab));
  for (let count = 0; count < 20; count++) {
    versions.served(`/other-${count}.ipynb`, client(), version(ab, { bytes: 10 * 1024 ** 2 }));
  }
  expect(found(versions, ab)).toBe(null);
});

test("versions follow their file", () => {
  const versions = new ServedVersions();
  versions.served("/old.ipynb", client(), version(ab));
  versions.moved("/old.ipynb", FILE);
  expect(found(versions, { a: "x" })).toEqual(["a", "b"]);
  versions.moved(FILE, null);
  expect(found(versions, { a: "x" })).toBe(null);
});
