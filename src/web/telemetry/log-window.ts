/**
 * The lines of a run's log that somebody looks at. Without a filter every line has its place, and what is near the window
 * is read by place. With one, the newest lines that match are read first, and earlier ones when they are asked for.
 */
import type { LogPage } from "../../api/telemetry.ts";
import type { LogLevel } from "../../telemetry/facts.ts";
import type { LogLine, LogQuery } from "../../telemetry/telemetry-store.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";

export interface LogFilter {
  /** Empty: all. */
  readonly levels: readonly LogLevel[];
  readonly template: number | null;
  readonly search: string;
}

export type ReadLog = (query: LogQuery) => Promise<LogPage>;

const PAGE = 500;
const MAX_PAGES = 40;
/** Matching lines that are held; who wants more narrows the filter, or saves the log. */
export const MAX_MATCHES = 100_000;
const RETRY_MS = 2_000;

export class LogWindow {
  private readonly read: ReadLog;
  private readonly filter: Partial<LogQuery>;
  private readonly isFiltered: boolean;
  private readonly pages = new Map<number, readonly LogLine[]>();
  private matches: LogLine[] = [];
  /** Lines before this one were looked through for new matches. */
  private lookedTo: number | null = null;
  private wanted = { from: 0, to: 0 };
  private wantsEarlier = false;
  private hasEarlier = true;
  private isReading = false;
  private isClosed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly changes = new Emitter<void>();
  version = 0;
  /** All that match, as far as it is known. */
  matching: number | null = null;
  total: number;

  constructor(read: ReadLog, { levels, template, search }: LogFilter, total: number) {
    this.read = read;
    this.isFiltered = levels.length > 0 || template !== null || search !== "";
    this.filter = {
      ...(levels.length > 0 && { levels }),
      ...(template !== null && { template }),
      ...(search !== "" && { search }),
    };
    this.total = total;
  }

  /** Rows that there are to show. */
  get count(): number {
    return this.isFiltered ? this.matches.length : this.total;
  }

  /** Undefined: not read yet. */
  line(row: number): LogLine | undefined {
    return this.isFiltered ? this.matches[row] : this.pages.get(Math.floor(row / PAGE))?.[row % PAGE];
  }

  /** It read what there is at first. */
  get isBegun(): boolean {
    return !this.isFiltered || this.lookedTo !== null;
  }

  get canReadEarlier(): boolean {
    return this.isFiltered && this.isBegun && this.hasEarlier;
  }

  want(from: number, to: number): void {
    this.wanted = { from: Math.max(0, from), to };
    this.next();
  }

  earlier(): void {
    this.wantsEarlier = true;
    this.next();
  }

  grow(total: number): void {
    if (total <= this.total) return;
    this.total = total;
    this.next();
    this.tell();
  }

  readonly subscribe = (listener: () => void): Unsubscribe => this.changes.on(listener);

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private next(): void {
    const job = this.isReading || this.isClosed ? null : this.isFiltered ? this.matchJob() : this.pageJob();
    if (job === null) return;
    this.isReading = true;
    job()
      .then(() => true)
      .catch(() => false)
      .then((isRead) => {
        this.isReading = false;
        if (this.isClosed) return;
        this.tell();
        if (isRead) this.next();
        else this.timer = setTimeout(() => this.next(), RETRY_MS);
      });
  }

  private pageJob(): (() => Promise<void>) | null {
    const end = Math.min(this.wanted.to, this.total);
    for (let page = Math.floor(this.wanted.from / PAGE); page * PAGE < end; page++) {
      const has = this.pages.get(page)?.length ?? 0;
      if (has >= Math.min(PAGE, this.total - page * PAGE)) continue;
      return async () => {
        const { lines } = await this.read({ from: page * PAGE, limit: PAGE });
        this.pages.delete(page);
        this.pages.set(page, lines);
        // What retention took away will not come: it must not be asked for again and again.
        if (lines.length < PAGE) this.total = Math.min(this.total, page * PAGE + lines.length) || this.total;
        const [oldest] = this.pages.keys();
        if (this.pages.size > MAX_PAGES && oldest !== undefined) this.pages.delete(oldest);
      };
    }
    return null;
  }

  private matchJob(): (() => Promise<void>) | null {
    const { filter, total, lookedTo } = this;
    if (lookedTo === null) {
      return async () => {
        const { lines, matching } = await this.read({ ...filter, from: -PAGE, limit: PAGE });
        this.matches = [...lines];
        this.lookedTo = Math.max(total, (lines.at(-1)?.index ?? -1) + 1);
        this.matching = matching;
        this.hasEarlier = lines.length === PAGE;
      };
    }
    if (this.wantsEarlier && this.hasEarlier && this.matches.length < MAX_MATCHES) {
      return async () => {
        this.wantsEarlier = false;
        const held = this.matches.length;
        const { lines } = await this.read({ ...filter, from: -(held + PAGE), limit: PAGE });
        const first = this.matches[0]?.index ?? Number.POSITIVE_INFINITY;
        const earlier = lines.filter(({ index }) => index < first);
        this.matches = [...earlier, ...this.matches];
        this.hasEarlier = earlier.length > 0;
      };
    }
    if (lookedTo >= total) return null;
    return async () => {
      const { lines, matching } = await this.read({ ...filter, from: lookedTo, limit: PAGE });
      const last = lines.at(-1);
      const isAll = lines.length < PAGE || last === undefined;
      this.lookedTo = isAll ? total : last.index + 1;
      const known = this.matches.at(-1)?.index ?? -1;
      const fresh = lines.filter(({ index }) => index > known);
      this.matches = [...this.matches, ...fresh].slice(-MAX_MATCHES);
      this.matching = matching ?? (this.matching === null ? null : this.matching + fresh.length);
    };
  }

  private tell(): void {
    this.version++;
    this.changes.emit();
  }
}
