/**
 * The kernels that Jupyter clients see: those of open notebooks, which they share with the page and with runs, and
 * those that they started for themselves (for a console, or a notebook that is not in this folder).
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Party } from "../../people/party.ts";
import type { Host } from "../../usecases/host.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import { isJsonObject, type JsonObject } from "../../util/json.ts";
import { isWithin } from "../folder-path.ts";
import { type KernelActions, KernelLine } from "./kernel-line.ts";
import { uuidOf } from "./uuid.ts";

/** One kernel, however many notebooks, sessions and clients look at it. */
export interface SharedKernel {
  readonly id: string;
  readonly line: KernelLine;
  /** Null: started for Jupyter clients. */
  readonly notebook: NotebookSession | null;
  readonly actions: KernelActions;
}

/** `GET /api/kernels/{id}`, as Jupyter has it. */
export interface KernelModel {
  readonly id: string;
  readonly name: string;
  readonly last_activity: string;
  readonly execution_state: string;
  readonly connections: number;
}

/** Kernels that are no notebook's; more are a program gone wild. */
const MAX_FREE = 100;
/** How long a client that comes back waits for a kernel that was left. */
const TAKE_BACK_MS = 5_000;

export class KernelList {
  private readonly host: Host;
  private readonly folder: string;
  private readonly clock: Clock;
  private readonly known = new Map<Kernel, SharedKernel>();
  private readonly free = new Map<string, SharedKernel>();

  private readonly restored: { readonly kernel: SharedKernel; readonly session: JsonObject }[] = [];
  private takingBack: Promise<void> | null = null;
  private closing: Promise<void> | null = null;

  /** @param folder notebooks below it are this server's. */
  constructor(host: Host, folder: string, clock: Clock) {
    this.host = host;
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Settles when the kernels that an earlier process left are here: a client that comes back finds its own, under the
   * id that it had.
   */
  ready(): Promise<void> {
    this.takingBack ??= this.takeBack().catch(() => {});
    return this.takingBack;
  }

  list(): readonly SharedKernel[] {
    const notebooks = this.host.notebooks().flatMap((session) => this.ofNotebook(session) ?? []);
    return [...notebooks, ...this.free.values()];
  }

  find(id: string): SharedKernel | undefined {
    return this.list().find((shared) => shared.id === id);
  }

  /** @throws LoopbookError `no-such-kernel`. */
  get(id: string): SharedKernel {
    const shared = this.find(id);
    if (shared) return shared;
    throw new LoopbookError(
      "no-such-kernel",
      "There is no kernel of this id here (any more). Start another one.",
    );
  }

  /** Null: it has none now. */
  ofNotebook(session: NotebookSession): SharedKernel | null {
    const kernel = session.kernel();
    if (kernel === null) return null;
    const known = this.known.get(kernel);
    if (known) return known;
    const shared = this.share(kernel, session, notebookActions(this.host, session));
    const stop = session.on((event) => {
      if (event.type !== "kernel" || session.kernel() === kernel) return;
      stop();
      this.drop(shared);
    });
    return shared;
  }

  /**
   * @param session what is known of the session that it is started for; kept with it.
   * @throws LoopbookError `no-free-kernels`, `too-many-kernels`, and what starting one throws.
   */
  async start(specName: string | undefined, cwd: string, session: JsonObject | null): Promise<SharedKernel> {
    const { clientKernels } = this.host;
    if (!clientKernels) {
      throw new LoopbookError(
        "no-free-kernels",
        "This process runs kernels of notebooks only. Name a notebook.",
      );
    }
    if (this.free.size >= MAX_FREE) {
      throw new LoopbookError(
        "too-many-kernels",
        `${MAX_FREE} kernels beside those of notebooks run. End some.`,
      );
    }
    const options = { cwd, ...(specName !== undefined && { specName }) };
    return this.own(await clientKernels.start(options, { folder: this.folder, session }));
  }

  /** Another session uses it now, or the same under another name. */
  note({ line, notebook }: SharedKernel, session: JsonObject): void {
    if (notebook === null) this.host.clientKernels?.note(line.kernel, { folder: this.folder, session });
  }

  /** Sessions of kernels that an earlier process left and that are here now; each is given once. */
  takeRestored(): readonly { readonly kernel: SharedKernel; readonly session: JsonObject }[] {
    return this.restored.splice(0);
  }

  /** A kernel that is no notebook's. */
  private own(kernel: Kernel): SharedKernel {
    const shared: SharedKernel = this.share(kernel, null, {
      checkEnd: () => {},
      interrupt: () => kernel.interrupt(),
      restart: () => kernel.restart(),
      shutdown: async () => {
        this.free.delete(shared.id);
        await kernel.shutdown();
        this.drop(shared);
      },
    });
    this.free.set(shared.id, shared);
    // What every client has been told need not be told again, should this process die.
    kernel.onState((state) => {
      if (state !== "idle") return;
      setImmediate(() => {
        const { hold } = kernel;
        if (hold && shared.line.isSettled) hold.acknowledge(hold.position());
      });
    });
    return shared;
  }

  model({ id, line, notebook }: SharedKernel): KernelModel {
    const { kernel } = line;
    const lastActivityMs = Math.max(line.lastActivityMs, notebook?.kernelView().sinceMs ?? 0);
    return {
      id,
      name: kernel.spec.name,
      last_activity: new Date(lastActivityMs).toISOString(),
      execution_state: kernel.state,
      connections: line.connections,
    };
  }

  /** For `GET /api/status`. @param started when the server was started: before anything else, that was its activity. */
  activity(started: string): {
    readonly last_activity: string;
    readonly connections: number;
    readonly kernels: number;
  } {
    const models = [...this.known.values()].map((shared) => this.model(shared));
    const notebooks = this.host.notebooks().filter((session) => session.kernel() !== null);
    const times = [
      ...models.map(({ last_activity }) => last_activity),
      ...notebooks.map((session) => new Date(session.kernelView().sinceMs).toISOString()),
    ];
    return {
      last_activity: [...times, started].sort().at(-1) ?? started,
      connections: models.reduce((sum, { connections }) => sum + connections, 0),
      kernels: notebooks.length + this.free.size,
    };
  }

  /** Ends the kernels that are no notebook's, and every connection. */
  close(): Promise<void> {
    this.closing ??= this.endAll();
    return this.closing;
  }

  private async endAll(): Promise<void> {
    const free = [...this.free.values()];
    this.free.clear();
    for (const shared of [...this.known.values()]) this.drop(shared);
    await Promise.all(free.map(({ line }) => line.kernel.shutdown({ immediate: true })));
  }

  private async takeBack(): Promise<void> {
    const { clientKernels } = this.host;
    const left = (await this.host.leftNotebooks?.()) ?? [];
    const free = (await clientKernels?.left()) ?? [];
    await Promise.allSettled([
      ...left.filter((path) => isWithin(this.folder, path)).map((path) => this.takeNotebookBack(path)),
      ...free.filter(({ note }) => note.folder === this.folder).map((one) => this.takeFreeBack(one)),
    ]);
  }

  private async takeNotebookBack(path: string): Promise<void> {
    const session = await this.host.openNotebook(path);
    const kernel = await kernelOf(session, this.clock);
    // First it is told to the notebook; then a line may begin with all that is there for clients.
    await kernel?.hold?.told;
    this.ofNotebook(session);
  }

  private async takeFreeBack({
    id,
    note,
  }: {
    readonly id: string;
    readonly note: JsonObject;
  }): Promise<void> {
    const kernel = await this.host.clientKernels?.takeBack(id);
    if (!kernel) return;
    const shared = this.own(kernel);
    if (isJsonObject(note.session)) this.restored.push({ kernel: shared, session: note.session });
  }

  private share(kernel: Kernel, notebook: NotebookSession | null, actions: KernelActions): SharedKernel {
    const line = new KernelLine(kernel, actions, this.clock);
    // A held kernel keeps its id when another process takes it over.
    const shared: SharedKernel = { id: uuidOf(kernel.hold?.id ?? kernel.id), line, notebook, actions };
    this.known.set(kernel, shared);
    return shared;
  }

  private drop(shared: SharedKernel): void {
    this.known.delete(shared.line.kernel);
    shared.line.end();
  }
}

function notebookActions(host: Host, session: NotebookSession): KernelActions {
  const checkEnd = (): void => {
    const run = host.runOf(session.id);
    if (!run || run.snapshot().endedAtMs !== null) return;
    throw new LoopbookError(
      "run-goes-on",
      "A run of this notebook goes on in this kernel. Stop the run in Loopbook first, or wait for its end.",
    );
  };
  return {
    checkEnd,
    interrupt: (by: Party) => session.interrupt(by),
    restart: async (by: Party) => {
      checkEnd();
      await session.restartKernel(by);
    },
    shutdown: async () => {
      checkEnd();
      await session.shutdownKernel();
    },
  };
}

/** Settles when it has a kernel, or none came. */
function kernelOf(session: NotebookSession, clock: Clock): Promise<Kernel | null> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      cancel();
      resolve(session.kernel());
    };
    const cancel = clock.schedule(TAKE_BACK_MS, done);
    const stop = session.on(() => {
      if (session.kernel() !== null) done();
    });
    if (session.kernel() !== null) done();
  });
}
