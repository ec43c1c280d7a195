/** Archives of folders, and unpacking zip files: also such as were made to do harm. Real files, real tools beside. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type ArchiveFormat, noProgress, packArchive } from "../../src/store/archive/pack.ts";
import { entriesToPack, type PackOptions } from "../../src/store/archive/packed-entry.ts";
import { planUnpack, type UnpackOptions, unpackZip } from "../../src/store/archive/unpack-zip.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../src/store/archive/zip-items.ts";
import { type RawEntry, rawZip } from "./archive-support.ts";

const PYTHON = process.env.LOOPBOOK_TEST_PYTHON_BIN ?? "python3";
let base = "";
let folder = "";

beforeEach(async () => {
  base = await realpath(mkdtempSync(join(tmpdir(), "loopbook-archive-")));
  folder = join(base, "here");
  mkdirSync(folder);
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
});

function fill(files: Readonly<Record<string, string>>, root = folder): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

/** All files and folders below, with contents. */
function tree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isDirectory()) found[`${name}/`] = "";
    else found[name] = entry.isFile() ? readFileSync(path, "utf8") : "(special)";
  }
  return found;
}

async function pack(format: ArchiveFormat, options: Partial<PackOptions> = {}): Promise<string> {
  const pieces: Buffer[] = [];
  const entries = entriesToPack([{ path: folder, name: "" }], {
    hidden: false,
    emptyFolders: true,
    ...options,
  });
  for await (const piece of packArchive(format, entries)) pieces.push(piece);
  const path = join(base, `made.${format}`);
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

/** By Python's own readers, so that it is not our writer that agrees with our reader. */
function unpackElsewhere(path: string): Record<string, string> {
  const out = mkdtempSync(join(base, "out-"));
  const script = path.endsWith(".zip")
    ? "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])"
    : "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])";
  execFileSync(PYTHON, ["-c", script, path, out]);
  return tree(out);
}

describe.each(["zip", "tar.gz"] as const)("a %s of a folder", (format) => {
  test("holds its files, hidden ones and empty folders by choice, and follows no link", async () => {
    const long = `${"deep/".repeat(25)}${"n".repeat(120)}.txt`;
    fill({
      "a.txt": "A",
      "sub/ü ñ.md": "# ü",
      [long]: "far",
      ".hidden/x": "h",
      ".env": "SECRET",
      "big.bin": "x".repeat(300_000),
    });
    mkdirSync(join(folder, "empty"));
    fill({ "secret.txt": "outside" }, base);
    symlinkSync(join(base, "secret.txt"), join(folder, "link.txt"));
    symlinkSync(base, join(folder, "up"));
    const plain = unpackElsewhere(await pack(format));
    expect(
      Object.keys(plain)
        .filter((name) => !name.endsWith("/"))
        .sort(),
    ).toEqual(["a.txt", "big.bin", long, "sub/ü ñ.md"].sort());
    expect(plain["empty/"]).toBe("");
    expect(plain[long]).toBe("far");
    expect(plain["big.bin"]).toHaveLength(300_000);
    const all = unpackElsewhere(await pack(format, { hidden: true, emptyFolders: false }));
    expect(all[".env"]).toBe("SECRET");
    expect(all[".hidden/x"]).toBe("h");
    expect(all).not.toHaveProperty("empty/");
    expect(all).not.toHaveProperty("link.txt");
  });

  test("is made piece by piece: what is not read yet is not held", async () => {
    const size = 64 * 1024 * 1024;
    writeFileSync(join(folder, "big.zst"), randomBytes(size));
    const progress = noProgress();
    const stream = packArchive(
      format,
      entriesToPack([{ path: folder, name: "" }], { hidden: false, emptyFolders: true }),
      progress,
    );
    await new Promise((resolve) => stream.once("readable", resolve));
    // Nobody reads on: it stops by itself, far from the end.
    let before = -1;
    while (before !== progress.bytes) {
      before = progress.bytes;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(progress.bytes).toBeLessThan(size / 2);
    stream.destroy();
  });
});

const options = (more: Partial<UnpackOptions> = {}): UnpackOptions => ({
  limits: DEFAULT_UNPACK_LIMITS,
  hidden: false,
  ...more,
});

function zipFile(entries: readonly RawEntry[] | Buffer): string {
  const path = join(base, "in.zip");
  writeFileSync(path, Buffer.isBuffer(entries) ? entries : rawZip(entries));
  return path;
}

describe("unpacking", () => {
  test("gives what our own writer, and Python's, packed", async () => {
    fill({ "a.txt": "A", "sub/b.txt": "B", "sub/c.bin": "c".repeat(100_000) });
    mkdirSync(join(folder, "empty"));
    const before = tree(folder);
    const ours = await pack("zip");
    const theirs = join(base, "theirs.zip");
    execFileSync(PYTHON, [
      "-c",
      "import sys, shutil; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])",
      theirs,
      folder,
    ]);
    for (const path of [ours, theirs]) {
      const target = mkdtempSync(join(base, "into-"));
      expect(await planUnpack(path, target, options())).toMatchObject({ files: 3, clashes: [], leftOut: 0 });
      await unpackZip(path, target, null, options());
      expect(tree(target)).toEqual(before);
    }
  });

  test("reads zip64", async () => {
    const path = zipFile([{ name: "a/b.txt", data: "sixty-four", zip64: true }]);
    await unpackZip(path, folder, null, options());
    expect(tree(folder)).toEqual({ "a/": "", "a/b.txt": "sixty-four" });
  });

  test("leaves hidden entries out unless they are wanted", async () => {
    const path = zipFile([
      { name: ".git/hooks/post-checkout", data: "#!" },
      { name: "a.txt", data: "A" },
    ]);
    expect(await planUnpack(path, folder, options())).toMatchObject({ files: 1, leftOut: 1 });
    await unpackZip(path, folder, null, options());
    expect(tree(folder)).toEqual({ "a.txt": "A" });
    await unpackZip(path, folder, "skip", options({ hidden: true }));
    expect(tree(folder)[".git/hooks/post-checkout"]).toBe("#!");
  });

  test("tells of taken names before anything is written, and does as was chosen", async () => {
    const path = zipFile([
      { name: "a.txt", data: "new" },
      { name: "sub/b.txt", data: "new" },
      { name: "c.txt", data: "new" },
    ]);
    fill({ "a.txt": "old", "sub/b.txt": "old" });
    const before = tree(folder);
    expect((await planUnpack(path, folder, options())).clashes).toEqual([
      { name: "a.txt", taken: "file" },
      { name: "sub/b.txt", taken: "file" },
    ]);
    await expect(unpackZip(path, folder, null, options())).rejects.toMatchObject({ code: "name-clash" });
    expect(tree(folder)).toEqual(before);
    expect(await unpackZip(path, folder, "skip", options())).toEqual({
      written: ["c.txt"],
      skipped: ["a.txt", "sub/b.txt"],
    });
    await unpackZip(path, folder, "keep-both", options());
    expect(tree(folder)).toMatchObject({ "a.txt": "old", "a 2.txt": "new", "sub/b 2.txt": "new" });
    await unpackZip(path, folder, "replace", options());
    expect(tree(folder)).toMatchObject({ "a.txt": "new", "sub/b.txt": "new" });
    expect(readdirSync(folder).filter((name) => name.startsWith(".unpack"))).toEqual([]);
  });

  test("writes nothing through a link that lies in the folder", async () => {
    mkdirSync(join(base, "outside"));
    symlinkSync(join(base, "outside"), join(folder, "sub"));
    const path = zipFile([{ name: "sub/b.txt", data: "B" }]);
    expect((await planUnpack(path, folder, options())).clashes).toEqual([{ name: "sub", taken: "link" }]);
    for (const how of ["replace", "keep-both", "skip"] as const)
      await expect(unpackZip(path, folder, how, options())).rejects.toMatchObject({ code: "name-clash" });
    expect(readdirSync(join(base, "outside"))).toEqual([]);
  });

  test("takes everything back when it cannot be finished", async () => {
    fill({ "a.txt": "old", "z/b.txt": "a file where the zip has a folder" });
    const path = zipFile([
      { name: "a.txt", data: "new" },
      { name: "fresh/c.txt", data: "new" },
      { name: "z/b.txt/d.txt", data: "new" },
    ]);
    const before = tree(folder);
    await expect(unpackZip(path, folder, "replace", options())).rejects.toMatchObject({ code: "name-clash" });
    expect(tree(folder)).toEqual(before);
  });
});

const bomb = (): Buffer => Buffer.alloc(80 * 1024 * 1024);
const LONG = "n".repeat(256);

const HOSTILE: readonly (readonly [string, () => readonly RawEntry[] | Buffer, string])[] = [
  ["a way up", () => [{ name: "../up.txt", data: "x" }], "bad-archive"],
  ["a way up in the middle", () => [{ name: "a/../../up.txt", data: "x" }], "bad-archive"],
  ["an absolute path", () => [{ name: "/etc/x", data: "x" }], "bad-archive"],
  ["a drive", () => [{ name: "C:/x", data: "x" }], "bad-archive"],
  ["backslashes", () => [{ name: "..\\up.txt", data: "x" }], "bad-archive"],
  ["a zero byte", () => [{ name: "a\0.txt", data: "x" }], "bad-archive"],
  ["a line end in a name", () => [{ name: "a\n.txt", data: "x" }], "bad-archive"],
  ["an empty part", () => [{ name: "a//b", data: "x" }], "bad-archive"],
  ["a dot part", () => [{ name: "a/./b", data: "x" }], "bad-archive"],
  ["a symbolic link", () => [{ name: "l", data: "/etc/passwd", mode: 0o120777 }], "bad-archive"],
  [
    "a link and a file below it",
    () => [
      { name: "l", data: "..", mode: 0o120777 },
      { name: "l/x", data: "x" },
    ],
    "bad-archive",
  ],
  ["a device", () => [{ name: "d", mode: 0o020666 }], "bad-archive"],
  [
    "a name twice",
    () => [
      { name: "a", data: "1" },
      { name: "a", data: "2" },
    ],
    "bad-archive",
  ],
  [
    "names that differ by case",
    () => [
      { name: "A.txt", data: "1" },
      { name: "a.txt", data: "2" },
    ],
    "bad-archive",
  ],
  [
    "folders that differ by case",
    () => [
      { name: "A/x", data: "1" },
      { name: "a/y", data: "2" },
    ],
    "bad-archive",
  ],
  [
    "one name in two Unicode forms",
    () => [
      { name: "\u00e9", data: "1" },
      { name: "e\u0301", data: "2" },
    ],
    "bad-archive",
  ],
  [
    "a file that is a folder, too",
    () => [
      { name: "a", data: "1" },
      { name: "a/b", data: "2" },
    ],
    "bad-archive",
  ],
  ["an overlong name", () => [{ name: LONG, data: "x" }], "bad-archive"],
  ["a path without end", () => [{ name: `${"a/".repeat(70)}x`, data: "x" }], "bad-archive"],
  ["an encrypted entry", () => [{ name: "a", data: "x", flags: 0x801 }], "bad-archive"],
  ["an unknown method", () => [{ name: "a", data: "x", method: 99 }], "bad-archive"],
  [
    "contents that overlap",
    () => [
      { name: "a", data: "x".repeat(999) },
      { name: "b", data: "x".repeat(999), saysOffset: 0 },
    ],
    "bad-archive",
  ],
  ["more than it says", () => [{ name: "a", data: "x".repeat(9_999), saysSize: 10 }], "bad-archive"],
  ["less than it says", () => [{ name: "a", data: "x", saysSize: 5_000 }], "bad-archive"],
  ["a bomb", () => [{ name: "a", data: bomb() }], "archive-too-big"],
  [
    "more than may be",
    () => [
      { name: "a", data: "x", saysSize: 0xfffffffe },
      ...[1, 2, 3, 4, 5].map((n) => ({ name: `b${n}`, data: "x", saysSize: 0xfffffffe })),
    ],
    "archive-too-big",
  ],
  ["no zip at all", () => Buffer.from("not a zip"), "bad-archive"],
  ["a cut one", () => rawZip([{ name: "a.txt", data: "x".repeat(500) }]).subarray(40), "bad-archive"],
];

describe("a zip that was made to do harm", () => {
  test.each(HOSTILE)("%s: is refused with a reason, and nothing is written", async (_what, entries, code) => {
    const path = zipFile(entries());
    const about = planUnpack(path, folder, options({ hidden: true })).catch(() => {});
    const unpacked = unpackZip(path, folder, "replace", options({ hidden: true }));
    const refused = await unpacked.then(
      () => null,
      (error: unknown) => error,
    );
    await about;
    expect(refused).toMatchObject({ code });
    expect(String((refused as Error).message)).toMatch(/Nothing was written/);
    expect(tree(folder)).toEqual({});
    expect(existsSync(join(base, "up.txt"))).toBe(false);
    expect(readdirSync(base).sort()).toEqual(["here", "in.zip"]);
  });

  test("of too many entries is not even listed", async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ name: `f${n}`, data: "" }));
    const limits = { ...DEFAULT_UNPACK_LIMITS, maxEntries: 200 };
    await expect(unpackZip(zipFile(many), folder, "skip", options({ limits }))).rejects.toMatchObject({
      code: "archive-too-big",
    });
  });

  test("with rights for everybody, and set-user-id, leaves ordinary files", async () => {
    await unpackZip(zipFile([{ name: "run.sh", data: "#!", mode: 0o104777 }]), folder, null, options());
    expect(lstatSync(join(folder, "run.sh")).mode & 0o7022).toBe(0);
  });
});
