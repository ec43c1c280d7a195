/**
 * MLflow's tracking server in one object: the store of a folder, and beside each run of it the run of ours that its
 * notebook shows. Made when the first client comes.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Party } from "../../people/party.ts";
import type { AttachedRun, AttachedRuns } from "../../usecases/attached-run.ts";
import type { Logger } from "../../util/logger.ts";
import { isEnd, type TrackedRun } from "./entities.ts";
import { notebookOf } from "./notebook-place.ts";
import { waitWhilePaused } from "./pause.ts";
import { attachRequestOf, WRITER } from "./run-facts.ts";
import type { RunLog } from "./run-log.ts";
import { LineShipper } from "./ship-lines.ts";
import { TrackingStore } from "./tracking-store.ts";

export interface TrackingOptions {
  /** The folder whose notebooks show the runs; absolute. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly attachedRuns: AttachedRuns;
  readonly logger: Logger;
}

export class MlflowTracking {
  private readonly options: TrackingOptions;
  private opened: Promise<TrackingStore> | null = null;
  private readonly shippers = new Map<string, LineShipper>();
  private party: Party;
  private readonly watched = new Set<string>();

  constructor(options: TrackingOptions, party: Party) {
    this.options = options;
    this.party = party;
  }

  /** Of the server's folder: others' runs are others'. */
  get folder(): string {
    const name = createHash("sha256").update(this.options.folder).digest("hex").slice(0, 16);
    return join(this.options.stateFolder, "mlflow", name);
  }

  async store(): Promise<TrackingStore> {
    const known = await this.opened;
    if (known && !known.isBroken) return known;
    if (known) await this.closeAll(known);
    this.opened = this.open();
    this.opened.catch(() => {
      this.opened = null;
    });
    return this.opened;
  }

  /** Who a run that joins from now on is of. */
  actsFor(party: Party): void {
    this.party = party;
  }

  /** The run in its notebook. */
  async attached(run: TrackedRun): Promise<AttachedRun> {
    return (await this.shipper(run)).run();
  }

  /** A call of its client's came. */
  heard(run: TrackedRun): void {
    if (isEnd(run.status)) return;
    this.shipper(run).then(
      (shipper) => shipper.heard(),
      () => {},
    );
  }

  /** Who wants it stopped; null: nobody. */
  stopWish(run: TrackedRun): string | null {
    const wanted = this.shippers.get(run.id)?.joined?.news().wanted;
    return wanted?.state === "stop" ? (wanted.by ?? "Somebody") : null;
  }

  /** While people want the run to wait, as long as its client waits for an answer. */
  async pause(run: TrackedRun, log: RunLog): Promise<void> {
    const attached = this.shippers.get(run.id)?.joined;
    if (attached && !isEnd(run.status)) await waitWhilePaused(attached, log);
  }

  async close(): Promise<void> {
    const store = await this.opened?.catch(() => null);
    this.opened = null;
    if (store) await this.closeAll(store);
  }

  private async open(): Promise<TrackingStore> {
    const store = await TrackingStore.open(this.folder, this.options.logger);
    store.onAppended = (run) => {
      this.shipper(run).then(
        (shipper) => shipper.wake(),
        () => {},
      );
    };
    // What an earlier process could not bring any more.
    for (const run of store.state.runs.values()) if (!store.state.summed.has(run.id)) store.onAppended(run);
    return store;
  }

  private async closeAll(store: TrackingStore): Promise<void> {
    const shippers = [...this.shippers.values()];
    this.shippers.clear();
    await Promise.all(shippers.map((shipper) => shipper.close()));
    await store.close();
  }

  private async shipper(run: TrackedRun): Promise<LineShipper> {
    const known = this.shippers.get(run.id);
    if (known) return known;
    const { spool } = await (await this.store()).log(run);
    const meanwhile = this.shippers.get(run.id);
    if (meanwhile) return meanwhile;
    const shipper = new LineShipper({
      spool,
      writer: WRITER,
      join: () => this.join(run),
      logger: this.options.logger,
    });
    this.shippers.set(run.id, shipper);
    return shipper;
  }

  private async join(run: TrackedRun): Promise<AttachedRun> {
    const { attachedRuns, folder } = this.options;
    const store = await this.store();
    const experiment = store.state.experiments.get(run.experimentId);
    const notebook = await notebookOf(folder, run, experiment?.name ?? "mlflow");
    const attached = await attachedRuns.attach(attachRequestOf(run, this.party, notebook));
    if (!this.watched.has(run.id)) {
      this.watched.add(run.id);
      refuseChanges(attached, store, run);
    }
    return attached;
  }
}

/** MLflow has no way down to the script; a person who changes a parameter is told so. */
function refuseChanges(attached: AttachedRun, store: TrackingStore, run: TrackedRun): void {
  const refused = new Set<string>();
  const stop = attached.onNews(() => {
    const fresh = attached.news().changes.filter(({ id }) => !refused.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) refused.add(id);
    const time = Date.now() / 1000;
    const reason =
      "This script logs by MLflow, which has no way to tell it of a change. Attach it with loopbook.attach().";
    store
      .log(run)
      .then((log) => log.addFacts(fresh.map(({ id }) => ({ type: "change-refused", time, id, reason }))))
      .catch(() => {
        for (const { id } of fresh) refused.delete(id);
      });
  });
  attached.ended.then(stop, stop);
}
