/**
 * `writing-server.ts FOLDER STATE_FOLDER`: a server of a folder, whose process also writes outputs into the notebook
 * that is open there, as its kernel's outputs are written, when it is told to on stdin: `write N`. Says where it
 * listens, with its token, and `written N`.
 */
import { createInterface } from "node:readline";
import { startServer } from "../../src/server/server.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";

/** Between two turns of the event loop, and until the log is waited for. */
const BATCH = 50;
const UNTIL_DURABLE = 20_000;
const BY = { type: "run", label: "bench" } as const;

const [folder = "", stateFolder = ""] = process.argv.slice(2);
const host = createLocalHost({ stateFolder, version: "0.0.0-bench" });
const server = await startServer({
  ...{ host, folder, stateFolder, kind: "up", version: "0.0.0-bench", lazy: false },
  port: 0,
  logger: silentLogger,
});
process.stdout.write(`http://127.0.0.1:${server.port}/?token=${server.token}\n`);
process.once("SIGTERM", async () => {
  await server.close();
  await host.close();
  process.exit();
});

for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(/^write (\d+)$/.exec(line)?.[1]);
  const [session] = host.notebooks();
  if (!session || !Number.isSafeInteger(count)) continue;
  await write(session, count);
  process.stdout.write(`written ${count}\n`);
}

/** One output of the last cell, replaced each time. */
async function write(session: NotebookSession, count: number): Promise<void> {
  const { live } = session;
  const id = live.cellIds().at(-1);
  if (id === undefined) return;
  const output = (number: number) =>
    ({
      output_type: "display_data",
      metadata: {},
      data: { "application/json": `${number}`.padEnd(1_000, "x") },
    }) as const;
  live.write(
    [
      { type: "begin-execution", id },
      { type: "append-output", id, output: output(-1) },
    ],
    BY,
  );
  for (let number = 0; number < count; number++) {
    live.write([{ type: "replace-output", id, index: 0, output: output(number) }], BY);
    if (number % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
    if (number % UNTIL_DURABLE === 0) await session.durable();
  }
  live.write([{ type: "end-execution", id, executionCount: 1 }], BY);
  await session.durable();
}
