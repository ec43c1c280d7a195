/**
 * Which outputs of open notebooks may run their scripts. It hears what cells run, and looks at outputs when somebody
 * wants to see them, or some seconds after they were made: nothing is done while they come.
 */
import {
  type ActivePart,
  activePart,
  libraryPart,
  mayBeActive,
  placePart,
} from "../document/active-output.ts";
import type { CellSnapshot, EditOrigin } from "../document/live-notebook.ts";
import { storedOf } from "../document/output-face.ts";
import type { Output } from "../nbformat/notebook.ts";
import { TrustFiles } from "../store/trust/trust-files.ts";
import type { Host } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { FramedOutput, LeanedOn, OutputTrust, TrustStore } from "../usecases/output-trust.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import type { CellId } from "../util/ids.ts";
import { type Logger, silentLogger } from "../util/logger.ts";

export interface OutputTrustOptions {
  readonly store: TrustStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** After a cell ended, until its outputs are marked as trusted for later processes. */
const MARK_MS = 2_000;

interface Watched {
  /** Cells whose outputs a kernel of this process made. */
  readonly own: Set<CellId>;
  /** Of them, those that ended since their outputs were marked. */
  readonly unmarked: Set<CellId>;
  cancel: (() => void) | null;
}

/** Marks of what of an output runs, is a library, is a place to draw into; null: nothing is. */
interface OutputMarks {
  readonly active: string | null;
  readonly library: string | null;
  readonly place: string | null;
}

const NO_MARKS: Promise<OutputMarks> = Promise.resolve({ active: null, library: null, place: null });

/** For the notebooks of a process, kept in its state folder. */
export function trustIn(
  notebooks: Pick<Host, "onOpened">,
  stateFolder: string,
  clock: Clock,
  logger: Logger = silentLogger,
): SessionsTrust {
  const trust = new SessionsTrust({ store: new TrustFiles(stateFolder), clock, logger });
  notebooks.onOpened((session) => trust.watch(session));
  return trust;
}

export class SessionsTrust implements OutputTrust {
  private readonly options: OutputTrustOptions;
  private readonly watched = new WeakMap<NotebookSession, Watched>();
  /** An output is another object when it changed. */
  private readonly marks = new WeakMap<Output, Promise<OutputMarks>>();

  constructor(options: OutputTrustOptions) {
    this.options = options;
  }

  /** Once for each session that opens. */
  watch(session: NotebookSession): void {
    const watched: Watched = { own: new Set(), unmarked: new Set(), cancel: null };
    this.watched.set(session, watched);
    session.on((event) => {
      if (event.type !== "execution" || event.execution.state === "queued") return;
      if (event.execution.startedAtMs === null) return;
      watched.own.add(event.cellId);
      if (event.execution.state !== "done") return;
      watched.unmarked.add(event.cellId);
      watched.cancel ??= this.options.clock.schedule(MARK_MS, () => void this.settle(session));
    });
    session.live.onChange(({ outputs, origin }) => {
      // The kernel's own, and wholes that became faces; from elsewhere come a file's, a restored version's, a client's.
      if ((origin as Partial<EditOrigin> | null)?.type === "run" || watched.own.size === 0) return;
      for (const cellId of outputs) {
        watched.own.delete(cellId);
        watched.unmarked.delete(cellId);
      }
    });
  }

  /** What was made so far is trusted by later processes, too. Never rejects. */
  async settle(session: NotebookSession | undefined): Promise<void> {
    const watched = session && this.watched.get(session);
    if (!watched) return;
    watched.cancel?.();
    watched.cancel = null;
    const cells = [...watched.unmarked];
    watched.unmarked.clear();
    if (session.path === null || cells.length === 0) return;
    try {
      const marks: string[] = [];
      for (const cellId of cells) {
        const cell = session.live.cell(cellId);
        if (cell) marks.push(...(await this.activeMarks(session, cell)));
      }
      if (marks.length > 0) await this.options.store.add(session.path, marks);
    } catch (error) {
      this.options.logger.warn("It could not be kept that outputs are trusted", { error: messageOf(error) });
    }
  }

  async framed(session: NotebookSession, cellId: CellId, at: number): Promise<FramedOutput> {
    const cell = session.live.cell(cellId);
    const output = cell?.outputs[at];
    if (!cell || !output) return { type: "none" };
    const known = await this.known(session);
    const isTrusted = (id: CellId, { active }: OutputMarks): boolean =>
      active === null || this.watched.get(session)?.own.has(id) === true || known.has(active);
    const marks = await this.marksOf(session, output);
    if (!isTrusted(cellId, marks)) return { type: "untrusted" };
    const whole = await this.whole(session, output);
    const part = activePart(whole) ?? placePart(whole);
    if (!part) return { type: "none" };
    const leansOn: LeanedOn[] = [];
    for (const id of marks.active === null ? [] : session.live.cellIds()) {
      const outputs = session.live.cell(id)?.outputs ?? [];
      for (const [index, before] of outputs.slice(0, id === cellId ? at : outputs.length).entries()) {
        const others = await this.marksOf(session, before);
        const mark = others.library ?? (id === cellId ? others.place : null);
        if (mark !== null && isTrusted(id, others)) leansOn.push({ cellId: id, at: index, mark });
      }
      if (id === cellId) break;
    }
    return { type: "trusted", part, leansOn };
  }

  async trust(session: NotebookSession): Promise<number> {
    const cells = session.live.cellIds().flatMap((id) => session.live.cell(id) ?? []);
    const marks: string[] = [];
    for (const cell of cells) marks.push(...(await this.activeMarks(session, cell)));
    if (session.path !== null && marks.length > 0) await this.options.store.add(session.path, marks);
    return marks.length;
  }

  async revoke(session: NotebookSession): Promise<void> {
    const watched = this.watched.get(session);
    watched?.own.clear();
    watched?.unmarked.clear();
    if (session.path !== null) await this.options.store.remove(session.path);
  }

  /** The file has another path. */
  moved(from: string, to: string): void {
    this.options.store.moved(from, to).catch((error: unknown) => {
      this.options.logger.warn("What is trusted in a notebook did not follow it", {
        from,
        to,
        error: messageOf(error),
      });
    });
  }

  private async known(session: NotebookSession): Promise<ReadonlySet<string>> {
    return session.path === null ? new Set() : this.options.store.marks(session.path);
  }

  private async activeMarks(session: NotebookSession, { outputs }: CellSnapshot): Promise<readonly string[]> {
    const marks: string[] = [];
    for (const output of outputs) {
      const { active } = await this.marksOf(session, output);
      if (active !== null) marks.push(active);
    }
    return marks;
  }

  private marksOf(session: NotebookSession, output: Output): Promise<OutputMarks> {
    if (!mayRun(output)) return NO_MARKS;
    const before = this.marks.get(output);
    if (before) return before;
    const marks = this.readMarks(session, output);
    this.marks.set(output, marks);
    marks.catch(() => this.marks.delete(output));
    return marks;
  }

  private async readMarks(session: NotebookSession, output: Output): Promise<OutputMarks> {
    const whole = await this.whole(session, output);
    const mark = async (part: ActivePart | null): Promise<string | null> =>
      part && this.options.store.markOf(`${part.kind}\n${part.text}`);
    return {
      active: await mark(activePart(whole)),
      library: await mark(libraryPart(whole)),
      place: await mark(placePart(whole)),
    };
  }

  private async whole(session: NotebookSession, output: Output): Promise<Output> {
    if (storedOf(output) === null) return output;
    return (await session.outputs?.whole([output]))?.[0] ?? output;
  }
}

/** By the names of its forms, which a face has, too: nothing is read from the store for a log or an image. */
function mayRun(output: Output): boolean {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return false;
  const stored = storedOf(output);
  return mayBeActive(stored?.kind === "value" ? stored.forms : (output.data ?? {}));
}
