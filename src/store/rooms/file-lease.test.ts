import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { leaseOwner, takeLease } from "./file-lease.ts";

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loopbook-lease-"));
  file = join(home, "a.ipynb");
  writeFileSync(file, "{}");
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const MODULE = join(import.meta.dirname, "file-lease.ts");

/** Another process that takes the lease and says what came of it. */
async function another(path = file) {
  const code = `import { takeLease } from ${JSON.stringify(MODULE)};
    try { takeLease(${JSON.stringify(home)}, ${JSON.stringify(path)}); console.log("has it"); }
    catch (error) { console.log(error.code); }
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: said.toString().trim() };
}

test("one has it, by any name of the file, until it lets go", async () => {
  const link = join(home, "link.ipynb");
  symlinkSync(file, link);
  const lease = takeLease(home, link);
  expect(lease.isHeld()).toBe(true);
  expect(() => takeLease(home, file)).toThrow(
    expect.objectContaining({ code: "open-elsewhere", message: expect.stringContaining(`${process.pid}`) }),
  );
  expect(leaseOwner(home, file)?.pid).toBe(process.pid);
  expect((await another()).said).toBe("open-elsewhere");
  lease.release();
  expect(leaseOwner(home, file)).toBeNull();
  expect((await another()).said).toBe("has it");
});

test("of several processes that want it one wins", async () => {
  const said = await Promise.all([1, 2, 3, 4].map(() => another()));
  expect(said.map((one) => one.said).filter((word) => word === "has it")).toHaveLength(1);
});

test("that of a killed process is taken over, with a higher epoch, and its files do not pile up", async () => {
  for (let round = 1; round <= 3; round++) {
    const { child, said } = await another();
    expect(said).toBe("has it");
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const lease = takeLease(home, file);
  expect(lease.epoch).toBe(4);
  expect(readdirSync(join(home, "rooms", "leases"))).toHaveLength(1);
});

test("who was taken for dead can tell that it was replaced", () => {
  const lease = takeLease(home, file);
  const folder = join(home, "rooms", "leases");
  const [name = ""] = readdirSync(folder);
  const owner = JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number };
  // As a process in another container would see it: no such process here.
  writeFileSync(join(folder, name), JSON.stringify({ ...owner, pid: 2 ** 22 + 1 }));
  const next = takeLease(home, file);
  expect([lease.isHeld(), next.isHeld()]).toEqual([false, true]);
  lease.release();
  expect(next.isHeld()).toBe(true);
});

test("a file that is not there yet has one, too, and a folder behind a link is the same folder", () => {
  mkdirSync(join(home, "real"));
  symlinkSync(join(home, "real"), join(home, "alias"));
  takeLease(home, join(home, "alias", "new.ipynb"));
  expect(() => takeLease(home, join(home, "real", "new.ipynb"))).toThrow("open in another");
});
