/** `loopbook exec` without a server: the command is not touched, and what it did is on disk. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CliFolder, PYTHON, until } from "./cli-support.ts";
import { saidLines, spooled } from "./spool-support.ts";

let it: CliFolder;
beforeEach(() => {
  it = new CliFolder();
});
afterEach(() => it.remove());

const spool = (): string => join(it.home, "spool");
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a command", () => {
  test("prints what it prints, ends as it ends, and what it said lies in the spool", async () => {
    it.write(
      "train.py",
      [
        "import os, sys",
        'print("lr", os.environ["LOOPBOOK_PARAM_LR"], sys.argv[1], os.isatty(1))',
        'print("10%\\r20%\\rdone")',
        "sys.stdout.flush()",
        'print("WARNING: careful", file=sys.stderr)',
        'print("loss=0.5 step: 3")',
        'sys.stdout.buffer.write(b"\\xff\\x00open")',
        "sys.exit(3)",
      ].join("\n"),
    );
    const args = ["exec", "-p", "lr=0.1", "--metrics", "auto", "--", PYTHON, "train.py", "{lr}{other}"];
    const { code, stdout, stderr } = await it.run(args);
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: "lr 0.1 0.1{other} False\n10%\r20%\rdone\nloss=0.5 step: 3\n\ufffd\u0000open",
      stderr: "WARNING: careful\n",
    });
    const [writer] = spooled(spool());
    expect([...saidLines(writer?.facts ?? [])].sort()).toEqual(
      ["lr 0.1 0.1{other} False", "done", "loss=0.5 step: 3", "WARNING: careful", "\ufffd\u0000open"].sort(),
    );
    expect(writer?.rows.find(({ step }) => step === 3)?.values).toEqual({ loss: 0.5 });
    expect(writer?.facts.at(-1)).toMatchObject({ type: "end", status: "failed", exitCode: 3 });
  });

  test("that is not there ends with 127, one that a signal ended with 128 and its number", async () => {
    expect((await it.run(["exec", "--", "no-such-command-here"])).code).toBe(127);
    const { code } = await it.run(["exec", "--", "sh", "-c", "kill -9 $$"]);
    expect(code).toBe(137);
    expect(spooled(spool()).map(({ facts }) => facts.at(-1))).toEqual([
      expect.objectContaining({ type: "end", status: "failed", exitCode: 127 }),
      expect.objectContaining({ type: "end", status: "died", signal: "SIGKILL" }),
    ]);
  });

  test("hears the signals that reach exec", async () => {
    const script = 'trap "echo bye; exit 9" TERM; echo ready; while :; do sleep 0.05; done';
    const running = it.start(["exec", "--", "sh", "-c", script]);
    await running.says("ready");
    running.process.kill("SIGTERM");
    expect(await running.ended).toMatchObject({ code: 9, stdout: "ready\nbye\n" });
  });

  test("is not held up by a server that does not answer", async () => {
    const beganMs = performance.now();
    const { code } = await it.run(["exec", "--", "true"], {
      env: { LOOPBOOK_URL: "http://127.0.0.1:9", LOOPBOOK_TOKEN: "x" },
    });
    expect(code).toBe(0);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });

  test("shows files as it makes them, once, and again when they change", async () => {
    it.write("old.png", "old");
    const script = "printf a > new.png; sleep 1.6; printf b > new.png; printf c > model.bin";
    await it.run(["exec", "--watch", "*.png", "--watch", "*.bin", "--", "sh", "-c", script]);
    const [writer] = spooled(spool());
    const named = (writer?.facts ?? []).flatMap((fact) =>
      fact.type === "show" || fact.type === "artefact" ? [`${fact.type} ${fact.name}`] : [],
    );
    expect(named.sort()).toEqual(["artefact model.bin", "show new.png", "show new.png"]);
    expect(writer?.blobs.length).toBe(3);
  });

  test("is told what it takes", async () => {
    const burn =
      "import time\nend = time.time() + 3\nx = bytearray(50_000_000)\nwhile time.time() < end: pass";
    await it.run(["exec", "--", PYTHON, "-c", burn]);
    const use = spooled(spool())[0]?.rows.at(0)?.values ?? {};
    expect(use["system/memory_bytes"]).toBeGreaterThan(50_000_000);
    expect(use["system/processes"]).toBe(1);
  });
});

describe("kill -9", () => {
  const count = 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.02; done';

  test("of the command is told, with its last words", async () => {
    const running = it.start(["exec", "--", "sh", "-c", 'echo "pid $$"; echo last words >&2; sleep 60']);
    await running.says("last words");
    process.kill(Number(/pid (\d+)/.exec(running.stdout())?.[1]), "SIGKILL");
    expect((await running.ended).code).toBe(137);
    const { facts } = spooled(spool())[0] ?? { facts: [] };
    expect(saidLines(facts)).toContain("last words");
    expect(facts.at(-1)).toMatchObject({ type: "end", status: "died", signal: "SIGKILL" });
  });

  test("of exec itself leaves every line that it passed on in the spool", async () => {
    const running = it.start(["exec", "--", "sh", "-c", `echo "pid $$"; ${count}`]);
    await running.says("line 20");
    running.process.kill("SIGKILL");
    const { stdout } = await running.ended;
    const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
    // As behind every pipe whose reader is gone, its next line ends it.
    await until(
      () => !isAlive(pid),
      () => `process ${pid} to end`,
    );
    const printed = stdout.split("\n").filter((line) => line.startsWith("line"));
    const kept = new Set(saidLines(spooled(spool())[0]?.facts ?? []));
    // The last one may have been passed on in the moment in which it ended.
    expect(printed.slice(0, -1).filter((line) => !kept.has(line))).toEqual([]);
  });
});
