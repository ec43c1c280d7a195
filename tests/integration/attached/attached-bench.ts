/** A real server over a real host, and a pipeline that speaks its wire, for tests of attached runs. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AttachedView, AttachRequestBody } from "../../../src/api/attached.ts";
import { ApiClient } from "../../../src/client/api-client.ts";
import { AttachedWire } from "../../../src/client/attached/wire.ts";
import type { LiveNotebook } from "../../../src/document/live-notebook.ts";
import { tagsOf } from "../../../src/nbformat/notebook.ts";
import type { RunSnapshot } from "../../../src/runs/run.ts";
import { type RunningServer, startServer } from "../../../src/server/server.ts";
import type { Fact, LineRecord } from "../../../src/telemetry/facts.ts";
import type { Host } from "../../../src/usecases/host.ts";
import { RunId } from "../../../src/util/ids.ts";
import { silentLogger } from "../../../src/util/logger.ts";
import { createLocalHost } from "../../../src/worker/local-host.ts";

export interface Place {
  readonly base: string;
  readonly folder: string;
  readonly stateFolder: string;
}

export function aPlace(): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-attached-")));
  const place = { base, folder: join(base, "project"), stateFolder: join(base, "state") };
  mkdirSync(place.folder);
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  return place;
}

export interface AttachedBench extends Place {
  readonly host: Host;
  readonly server: RunningServer;
  readonly api: ApiClient;
  close(): Promise<void>;
}

export async function aBench(place: Place = aPlace()): Promise<AttachedBench> {
  const { folder, stateFolder } = place;
  const host = createLocalHost({ stateFolder, version: "1.2.3", logger: silentLogger });
  const server = await startServer({
    ...{ folder, stateFolder, host, port: 0, version: "1.2.3", kind: "up", logger: silentLogger },
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await server.close();
    await host.close();
  };
  onTestFinished(close);
  return {
    ...place,
    ...{ host, server, close },
    api: new ApiClient({ baseUrl: server.url, token: server.token, using: "cli" }),
  };
}

/** Leaves out the time, which is now. */
export type Told = Fact extends infer F ? (F extends Fact ? Omit<F, "time"> : never) : never;

/** What an SDK does, by hand. */
export class Pipeline {
  readonly id: RunId;
  readonly writer: string;
  wire: AttachedWire;
  sent = 0;

  constructor(api: ApiClient, id: RunId = RunId.create(), writer = "main") {
    this.wire = new AttachedWire({ url: api.baseUrl, token: api.token ?? null });
    this.id = id;
    this.writer = writer;
  }

  attach(more: Partial<AttachRequestBody> = {}): Promise<AttachedView> {
    return this.wire.attach({
      runId: this.id,
      notebook: "churn.ipynb",
      name: "churn",
      started: Date.now() / 1_000,
      ...more,
      writer: {
        id: this.writer,
        pid: process.pid,
        host: hostname(),
        language: "python 3.11",
        ...more.writer,
      },
    });
  }

  async tell(...facts: readonly Told[]): Promise<void> {
    const records = facts.map((fact) => ({ time: Date.now() / 1_000, ...fact })) as LineRecord[];
    const { received } = await this.wire.lines(this.id, this.writer, this.sent, records);
    this.sent = received;
  }

  async log(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const record: LineRecord = { type: "metrics", time: Date.now() / 1_000, step, values };
    const { received } = await this.wire.lines(this.id, this.writer, this.sent, [record]);
    this.sent = received;
  }
}

/** As the server shows it, once it is so. */
export async function untilRun(
  api: ApiClient,
  id: string,
  what: string,
  is: (run: RunSnapshot) => boolean,
): Promise<RunSnapshot> {
  for (const end = performance.now() + 15_000; performance.now() < end; ) {
    const run = (await api.runs()).find((one) => one.id === id);
    if (run && is(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${what}`);
}

export function parametersSource(live: LiveNotebook): string {
  const id = live.cellIds().find((one) => tagsOf(live.cell(one) ?? { metadata: {} }).includes("parameters"));
  return id === undefined ? "" : (live.cell(id)?.source ?? "");
}
