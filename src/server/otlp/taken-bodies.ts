/**
 * Which bodies came already: an exporter that was not answered says the same again. What of a body is in a run's log is
 * written down before the log gets it, so that it counts once though the server is killed in between. The newest 4,096
 * are remembered.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { LineSpool } from "../mlflow/line-spool.ts";

const REMEMBERED = 4_096;
const FILE_LINES = 8 * REMEMBERED;
const FILE = /^bodies-(\d{1,9})\.jsonl$/;

/** A part of a body, which is one run's: where in the run's log its lines begin, and how many of them are there. */
interface Taken {
  readonly part: string;
  readonly run: string;
  readonly first: number;
  readonly count: number;
}

export class TakenBodies {
  private readonly folder: string;
  private readonly taken: Map<string, Taken>;
  private spool: LineSpool;
  private generation: number;
  /** What could not be written when it was so. */
  private unwritten: Taken[] = [];

  private constructor(folder: string, taken: Map<string, Taken>, spool: LineSpool, generation: number) {
    this.folder = folder;
    this.taken = taken;
    this.spool = spool;
    this.generation = generation;
  }

  static async open(folder: string): Promise<TakenBodies> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const generations = (await readdir(folder))
      .flatMap((name) => FILE.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
    const taken = new Map<string, Taken>();
    let spool: LineSpool | null = null;
    for (const generation of generations)
      spool = await LineSpool.open(pathOf(folder, generation), (line) => {
        try {
          remember(taken, JSON.parse(line) as Taken);
        } catch {
          // A damaged line: its body would count again if it came again.
        }
      });
    const newest = generations.at(-1) ?? 0;
    spool ??= await LineSpool.open(pathOf(folder, newest));
    return new TakenBodies(folder, taken, spool, newest);
  }

  /** Lines of this part that are in its run's log. */
  countOf(part: string): number {
    return this.taken.get(part)?.count ?? 0;
  }

  /** Before the log gets them. @throws when it cannot be written. */
  async begin(taken: Taken): Promise<void> {
    if (this.spool.length >= FILE_LINES) await this.renew();
    const { unwritten } = this;
    this.unwritten = [];
    try {
      await this.spool.append([...unwritten, taken].map((one) => JSON.stringify(one)));
    } catch (error) {
      this.unwritten = [...unwritten, ...this.unwritten];
      throw error;
    }
    remember(this.taken, taken);
  }

  /** The log took fewer of them. */
  tookOnly(taken: Taken): void {
    remember(this.taken, taken);
    this.unwritten.push(taken);
  }

  /** What an earlier process began and the run's log has not. */
  settle(run: string, received: number): void {
    for (const taken of [...this.taken.values()])
      if (taken.run === run && taken.first + taken.count > received)
        this.tookOnly({ ...taken, count: Math.max(0, received - taken.first) });
  }

  async close(): Promise<void> {
    if (this.unwritten.length > 0)
      await this.spool.append(this.unwritten.map((one) => JSON.stringify(one))).catch(() => {});
    await this.spool.rest();
  }

  private async renew(): Promise<void> {
    const next = await LineSpool.open(pathOf(this.folder, this.generation + 1));
    await next.append([...this.taken.values()].map((one) => JSON.stringify(one)));
    await this.spool.rest();
    await rm(pathOf(this.folder, this.generation), { force: true });
    this.spool = next;
    this.generation++;
  }
}

function pathOf(folder: string, generation: number): string {
  return join(folder, `bodies-${generation}.jsonl`);
}

function remember(all: Map<string, Taken>, taken: Taken): void {
  all.delete(taken.part);
  all.set(taken.part, taken);
  if (all.size <= REMEMBERED) return;
  for (const oldest of all.keys()) {
    all.delete(oldest);
    return;
  }
}
