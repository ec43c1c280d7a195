import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, test } from "vitest";
import { isAlive, KERNEL_ENV, until } from "./kernel-support.ts";

/** A program of ours that owns an ipykernel and a bash kernel, both busy, and then waits for its end. */
const OWNER = `
import { LocalProvider } from ${JSON.stringify(join(import.meta.dirname, "../../src/compute/local/local-provider.ts"))};
const provider = new LocalProvider();
const [python, bash] = await Promise.all([provider.start({}), provider.start({ specName: "bash" })]);
const pids = [];
const listening = (message) => {
  const found = message.type === "stream" && /pids (.*)/.exec(message.text);
  if (found) pids.push(...found[1].trim().split(" "));
  if (pids.length === 4) console.log([python.pid, bash.pid, ...pids].join(" "));
};
python.execute({ code: "import subprocess, os, time\\np = subprocess.Popen(['sleep', '600'])\\nprint('pids', os.getpid(), p.pid, flush=True)\\ntime.sleep(600)" }, { onOutput: listening });
bash.execute({ code: "sleep 600 & echo pids $$ $!; wait" }, { onOutput: listening });
process.on("message", (how) => {
  if (how === "throw") setTimeout(() => { throw new Error("as asked"); });
  if (how === "exit") process.exit(0);
  if (how === "close") void provider.close().then(() => process.disconnect());
});
`;

describe("when the process that owns kernels ends", () => {
  const runtimeDir = mkdtempSync(join(tmpdir(), "lbo-"));
  afterAll(() => rmSync(runtimeDir, { recursive: true }));

  test.each(["SIGKILL", "SIGTERM", "throw", "exit", "close"] as const)(
    "by %s, no kernel, child or file stays",
    async (how) => {
      const owner = spawn(process.execPath, ["--input-type=module-typescript", "-e", OWNER], {
        env: { ...KERNEL_ENV, LOOPBOOK_RUNTIME_DIR: runtimeDir },
        stdio: ["ignore", "pipe", "ignore", "ipc"],
      });
      let pids: number[] = [];
      createInterface({ input: owner.stdout ?? process.stdin }).on("line", (line) => {
        pids = line.split(" ").map(Number);
      });
      await until("both kernels run", () => pids.length === 6, 30_000);
      expect(pids.every(isAlive)).toBe(true);
      expect(existsSync(runtimeDir) && readdirSync(runtimeDir)).toHaveLength(1);
      const exit = new Promise((resolve) => owner.once("exit", resolve));
      if (how === "SIGKILL" || how === "SIGTERM") owner.kill(how);
      else owner.send(how);
      await exit;
      await until(`all of ${pids} are gone`, () => !pids.some(isAlive), 5_000);
      await until("the folder is empty", () => readdirSync(runtimeDir).length === 0, 5_000);
    },
  );
});
