/** Brings one run to a server: it joins as a process would, its files are writers' logs of their own. */
import { createHash } from "node:crypto";
import type { AttachBody, AttachedView } from "../../api/attached.ts";
import type { AttachedWire } from "../../client/attached/wire.ts";
import type { Fact } from "../../telemetry/facts.ts";
import { ImportLog } from "./import-log.ts";
import type { ImportedRun } from "./imported-run.ts";

/** Says that the run goes on, its parameters and its end. Data has writers of its own, whose logs only ever grow. */
const LEADER = "import";

export interface ImportOutcome {
  readonly name: string;
  readonly runId: string;
  readonly notebook: string | null;
  readonly points: number;
  readonly passedOver: Readonly<Record<string, number>>;
}

export class RunImport {
  private readonly wire: AttachedWire;
  private readonly run: ImportedRun;
  private readonly notebook: string;
  private readonly logs = new Map<string, ImportLog>();
  private leader: ImportLog | null = null;
  private hasEnded = false;
  private view: AttachedView | null = null;

  constructor(wire: AttachedWire, run: ImportedRun, notebook: string) {
    this.wire = wire;
    this.run = run;
    this.notebook = notebook;
  }

  /** Everything that is there now and was not brought before. */
  async bring(): Promise<ImportOutcome> {
    await this.join();
    for (const [index, source] of this.run.logs.entries()) {
      const log = await this.logOf(source.identity, index + 1);
      await source.read(log);
      await log.flush();
    }
    return this.outcome();
  }

  /** It goes on, though nothing came. */
  async alive(): Promise<void> {
    await this.lead({ type: "alive", time: Date.now() / 1000 });
  }

  /** @param fallback what is said where the files do not say how it ended. */
  async end(fallback: Extract<Fact, { readonly type: "end" }> | null): Promise<void> {
    const end = (await this.run.end()) ?? fallback;
    if (end === null || this.hasEnded) return;
    this.hasEnded = true;
    await this.lead(end);
  }

  private outcome(): ImportOutcome {
    const passedOver: Record<string, number> = {};
    let points = 0;
    for (const log of this.logs.values()) {
      points += log.points;
      for (const [what, count] of log.passedOver) passedOver[what] = (passedOver[what] ?? 0) + count;
    }
    const path = this.view?.path ?? null;
    return { name: this.run.name, runId: this.runId, notebook: path, points, passedOver };
  }

  private get runId(): string {
    return `run_${hash(this.run.identity).slice(0, 24)}`;
  }

  private async join(): Promise<void> {
    if (this.view) return;
    this.view = await this.wire.attach(this.request(LEADER, 0));
    const received = this.view.received[LEADER] ?? 0;
    // What it said before is there; what is said now goes behind it.
    this.leader = new ImportLog(this.wire, this.runId, LEADER, 0, received);
    this.hasEnded = received > 0;
  }

  private async lead(fact: Fact): Promise<void> {
    await this.join();
    this.leader?.fact(fact);
    await this.leader?.flush();
  }

  private async logOf(identity: string, rank: number): Promise<ImportLog> {
    const known = this.logs.get(identity);
    if (known) return known;
    const writer = `f-${hash(identity).slice(0, 16)}`;
    const view = await this.wire.attach(this.request(writer, rank));
    const log = new ImportLog(this.wire, this.runId, writer, view.received[writer] ?? 0);
    this.logs.set(identity, log);
    return log;
  }

  private request(writer: string, rank: number): AttachBody {
    const { name, parameters, origin, startedAtMs } = this.run;
    return {
      runId: this.runId,
      name: name.slice(0, 200),
      notebook: this.notebook,
      writer: { id: writer, rank, pid: 0, host: "import", language: "import" },
      origin: origin as AttachBody["origin"],
      parameters: [...parameters] as AttachBody["parameters"],
      started: startedAtMs / 1000,
    };
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
