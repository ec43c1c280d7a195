import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileOutputStores } from "../../src/store/outputs/file-outputs.ts";
import { NotebookId, OutputRef } from "../../src/util/ids.ts";

const WRITER = join(import.meta.dirname, "fixtures", "output-writer.ts");

test("kill -9 at any moment: every line and value that was written is there, and writing goes on behind them", async () => {
  const home = mkdtempSync(join(tmpdir(), "loopbook-outputs-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [id, log, value] = [NotebookId.create(), OutputRef.create(), OutputRef.create()];
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, [WRITER, home, id, log, value], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8");
    const enough = 40 + round * 60;
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (text: string) => {
        said += text;
        if (said.split("\n").length > enough) resolve();
      });
    });
    child.kill("SIGKILL");
    await once(child, "close");
    const last = (what: string): number =>
      Number([...said.matchAll(new RegExp(`^${what} (\\d+)$`, "gm"))].at(-1)?.[1]);
    const store = new FileOutputStores({ stateFolder: home, fileBytes: 20_000 }).of(id);
    const facts = store.log(log);
    expect(facts?.missing).toBeNull();
    expect(facts?.lines).toBeGreaterThanOrEqual(last("log"));
    const lines = (await store.lines(log, 0, Number.MAX_SAFE_INTEGER)) ?? [];
    expect(lines.slice(0, last("log")).findIndex((line, index) => !line?.startsWith(`line ${index} `))).toBe(
      -1,
    );
    const output = (await store.value(value))?.output;
    const text = output?.output_type === "display_data" ? output.data["text/plain"] : "";
    expect(Number(String(text).split(" ")[0])).toBeGreaterThanOrEqual(last("value"));
    await store.close();
  }
}, 60_000);
