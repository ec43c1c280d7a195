import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { ownIdentity } from "../store/process-identity.ts";
import { takeLease } from "../store/rooms/file-lease.ts";
import { findOwner, liveProcesses, type ProcessFacts, registerProcess } from "./registry.ts";
import type { RegistryEntry } from "./registry-entry.ts";

let state: string;
const files = (): string[] => readdirSync(join(state, "processes"));

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "loopbook-state-"));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
});

function someFacts(more: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    kind: "run",
    url: "http://127.0.0.1:41873",
    token: "t".repeat(40),
    folder: "/work",
    notebooks: [],
    ...more,
  };
}

async function anotherProcess(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout ?? child, "data");
  if (child.pid === undefined) throw new Error("no pid");
  return child as ChildProcess & { pid: number };
}

function writeEntry(entry: RegistryEntry): void {
  mkdirSync(join(state, "processes"), { recursive: true });
  writeFileSync(join(state, "processes", `${entry.pid}-1.json`), JSON.stringify(entry));
}

test("a process is found while it is registered, with the notebooks that it has open", () => {
  const registration = registerProcess(state, someFacts());
  registration.update(["/work/a.ipynb"]);
  const found = findOwner(state, "/work/a.ipynb");
  expect(found).toEqual({
    ...someFacts({ notebooks: ["/work/a.ipynb"] }),
    ...ownIdentity(),
    startedAtMs: expect.any(Number),
  });
  expect(findOwner(state, "/work/b.ipynb")).toBeUndefined();
  registration.remove();
  expect(liveProcesses(state)).toEqual([]);
  expect(files()).toEqual([]);
});

test("the entry, which holds the token, is readable by its owner only", () => {
  const registration = registerProcess(state, someFacts());
  const [file = ""] = files();
  expect(statSync(join(state, "processes", file)).mode & 0o777).toBe(0o600);
  expect(statSync(join(state, "processes")).mode & 0o077).toBe(0);
  registration.remove();
});

test("a notebook is found by another name of the same file", () => {
  const real = join(state, "real.ipynb");
  const link = join(state, "link.ipynb");
  writeFileSync(real, "{}");
  symlinkSync(real, link);
  const registration = registerProcess(state, someFacts({ notebooks: [real] }));
  expect(findOwner(state, link)?.pid).toBe(process.pid);
  registration.remove();
});

test("a process that lives is listed until it is killed; then its file goes", async () => {
  const child = await anotherProcess();
  writeEntry({ ...someFacts(), pid: child.pid, start: "", startedAtMs: 1 });
  expect(liveProcesses(state).map((entry) => entry.pid)).toEqual([child.pid]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(liveProcesses(state)).toEqual([]);
  expect(files()).toEqual([]);
});

test.skipIf(process.platform === "win32")("a pid that another process has got is not trusted", async () => {
  const child = await anotherProcess();
  writeEntry({ ...someFacts(), pid: child.pid, start: ownIdentity().start, startedAtMs: 1 });
  expect(liveProcesses(state)).toEqual([]);
  expect(files()).toEqual([]);
});

test("damaged files are removed and harm nobody", () => {
  const registration = registerProcess(state, someFacts());
  writeFileSync(join(state, "processes", "1-1.json"), "{");
  writeFileSync(join(state, "processes", "2-1.json"), '{"pid":1}');
  expect(liveProcesses(state)).toHaveLength(1);
  expect(files()).toHaveLength(1);
  registration.remove();
});

test("a process that exits takes its file along", async () => {
  const script = `
    import { registerProcess } from ${JSON.stringify(new URL("./registry.ts", import.meta.url).href)};
    registerProcess(process.argv[1], ${JSON.stringify(someFacts())});
    console.log("registered");
    process.stdin.once("data", () => process.exit(3));`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, state], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  expect(liveProcesses(state).map((entry) => entry.pid)).toEqual([child.pid]);
  child.stdin.end("go");
  expect(await once(child, "exit")).toEqual([3, null]);
  expect(files()).toEqual([]);
});

test("who holds the lease of a notebook has it, whatever the list of open ones says", () => {
  const registration = registerProcess(state, someFacts());
  const file = join(state, "leased.ipynb");
  const lease = takeLease(state, file);
  expect(findOwner(state, file)?.url).toBe(someFacts().url);
  lease.release();
  expect(findOwner(state, file)).toBeUndefined();
  registration.remove();
});
