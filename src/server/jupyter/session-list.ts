/**
 * Sessions as Jupyter has them: which path uses which kernel. An open notebook with a kernel is one, whoever opened
 * it; others (a console, a notebook of another machine) are names for a kernel, and kept here.
 */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Party } from "../../people/party.ts";
import { realTarget } from "../../store/rooms/file-lease.ts";
import type { Host } from "../../usecases/host.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import { insideFolder, shownPath } from "../folder-path.ts";
import type { KernelList, KernelModel, SharedKernel } from "./kernel-list.ts";
import { uuidOf } from "./uuid.ts";

/** `GET /api/sessions/{id}`, as Jupyter has it. */
export interface SessionModel {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly kernel: KernelModel;
  /** What clients before Jupyter Notebook 5 read. */
  readonly notebook?: { readonly path: string; readonly name: string };
}

export interface SessionRequest {
  readonly path: string;
  readonly type: string;
  readonly name?: string | undefined;
  readonly kernelId?: string | undefined;
  readonly kernelName?: string | undefined;
}

export interface SessionListOptions {
  readonly host: Host;
  readonly folder: string;
  readonly kernels: KernelList;
}

interface Named {
  readonly id: string;
  path: string;
  name: string;
  type: string;
  kernel: SharedKernel;
  /** The kernel was started for this session, and ends with it. */
  owns: boolean;
}

/** Sessions that are no open notebook; more are a program gone wild. */
const MAX_NAMED = 200;

export class SessionList {
  private readonly options: SessionListOptions;
  private readonly named = new Map<string, Named>();
  private readonly opening = new Map<string, Promise<SessionModel>>();

  constructor(options: SessionListOptions) {
    this.options = options;
  }

  list(): readonly SessionModel[] {
    const { host, kernels } = this.options;
    const named = this.alive();
    const notebooks = host.notebooks().flatMap((session) => {
      const shared = kernels.ofNotebook(session);
      if (shared === null) return [];
      const own = this.ofNotebook(session, shared);
      // A client's own session of the same notebook stands for it: clients look for a path and expect one.
      return named.some(({ kernel, path }) => kernel === shared && path === own.path) ? [] : [own];
    });
    return [...notebooks, ...named.map((one) => this.ofNamed(one))];
  }

  /** @throws LoopbookError `no-such-session`. */
  get(id: string): SessionModel {
    const found = this.list().find((session) => session.id === id);
    if (found) return found;
    throw new LoopbookError(
      "no-such-session",
      "There is no session of this id here (any more). Start another one.",
    );
  }

  /**
   * The session of a path: the one that is there, else one for the open notebook, else for a notebook of the folder,
   * which is opened; for anything else a kernel of its own.
   */
  async open(request: SessionRequest): Promise<SessionModel> {
    const path = request.path.replace(/^(RTC:)?\/*/, "");
    const before = this.alive().find((named) => named.path === path);
    if (before) return this.ofNamed(before);
    // Asked twice in one moment, one is opened.
    const opening =
      this.opening.get(path) ?? this.make(path, request).finally(() => this.opening.delete(path));
    this.opening.set(path, opening);
    return opening;
  }

  private async make(path: string, request: SessionRequest): Promise<SessionModel> {
    const { host, kernels } = this.options;
    const file = request.type === "notebook" ? await this.notebookFile(path) : null;
    if (file !== null) {
      const session = this.openAt(file) ?? (await host.openNotebook(file));
      this.checkOwn(request, kernels.ofNotebook(session));
      return this.ofNotebook(session, await this.kernelOf(session, request.kernelName));
    }
    if (this.named.size >= MAX_NAMED) {
      throw new LoopbookError(
        "too-many-sessions",
        `${MAX_NAMED} sessions beside those of notebooks are open. End some.`,
      );
    }
    const meant = request.kernelId === undefined ? this.notebookMeant(request) : null;
    const kernel = meant
      ? await this.kernelOf(meant, request.kernelName)
      : request.kernelId === undefined
        ? null
        : kernels.get(request.kernelId);
    const facts = {
      id: uuidOf(`session ${randomToken(20)}`),
      path,
      name: request.name || basename(path),
      type: request.type,
    };
    const named: Named = {
      ...facts,
      kernel: kernel ?? (await kernels.start(request.kernelName, await this.kernelFolder(path), facts)),
      owns: kernel === null || kernel.notebook === null,
    };
    this.named.set(named.id, named);
    return this.ofNamed(named);
  }

  async change(id: string, change: Partial<SessionRequest>, by: Party): Promise<SessionModel> {
    const { kernels, folder } = this.options;
    const named = this.named.get(id);
    if (named) {
      if (change.path !== undefined) named.path = change.path;
      if (change.name !== undefined) named.name = change.name;
      if (change.type !== undefined) named.type = change.type;
      if (change.path === undefined) await this.changeKernel(named, change, by);
      else await this.joinNotebook(named, by);
      kernels.note(named.kernel, noteOf(named));
      return this.ofNamed(named);
    }
    const session = this.notebookOf(id);
    const path = session.path === null ? session.id : shownPath(folder, session.path);
    if (change.path !== undefined && change.path !== path) {
      throw new LoopbookError(
        "notebook-open",
        `${path} is open in Loopbook under this name. Rename it there, and its session follows.`,
      );
    }
    const own = kernels.ofNotebook(session);
    this.checkOwn(change, own);
    if (change.kernelId === undefined && change.kernelName !== undefined) {
      await own?.actions.shutdown(by);
      await session.startKernel({ specName: change.kernelName });
    }
    return this.ofNotebook(session, this.needKernel(session));
  }

  /** Ends the kernel, unless others use it under their own names. A notebook stays open. */
  async end(id: string, by: Party): Promise<void> {
    const named = this.named.get(id);
    if (named) {
      this.named.delete(id);
      const isNotebooks = named.kernel.notebook !== null && named.kernel.notebook === this.openNamed(named);
      if ((named.owns || isNotebooks) && !this.isUsed(named.kernel)) await named.kernel.actions.shutdown(by);
      return;
    }
    await this.options.kernels.ofNotebook(this.notebookOf(id))?.actions.shutdown(by);
  }

  /** The open notebook at an absolute path, by whichever name its file is reached. */
  openAt(path: string): NotebookSession | null {
    const sessions = this.options.host.notebooks();
    const same = sessions.find((session) => session.path === path);
    if (same) return same;
    const real = realTarget(path);
    return sessions.find((session) => session.path !== null && realTarget(session.path) === real) ?? null;
  }

  /**
   * JupyterLab names the session of a live notebook by chance, and only afterwards by its path. From its name it is
   * known which notebook that is when one of this name is open.
   */
  private notebookMeant({ path, type, name }: SessionRequest): NotebookSession | null {
    if (type !== "notebook" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(path)) return null;
    const named = this.options.host
      .notebooks()
      .filter((one) => one.path !== null && basename(one.path) === name);
    return named.length === 1 ? (named[0] ?? null) : null;
  }

  /** A session that is renamed to an open notebook uses its kernel from then on, as everybody in it does. */
  private async joinNotebook(named: Named, by: Party): Promise<void> {
    const session = this.openNamed(named);
    if (session === null) return;
    const before = named.kernel;
    const own = await this.kernelOf(session, undefined);
    if (own === before) return;
    named.kernel = own;
    if (named.owns && !this.isUsed(before)) await before.actions.shutdown(by);
    named.owns = false;
  }

  private openNamed({ type, path }: Named): NotebookSession | null {
    return type === "notebook" ? this.openAt(join(this.options.folder, path)) : null;
  }

  /** Started when there is none that lives. */
  private async kernelOf(session: NotebookSession, specName: string | undefined): Promise<SharedKernel> {
    const own = this.options.kernels.ofNotebook(session);
    if (own !== null && own.line.kernel.state !== "dead") return own;
    await session.startKernel(specName === undefined ? {} : { specName });
    return this.needKernel(session);
  }

  private async changeKernel(named: Named, change: Partial<SessionRequest>, by: Party): Promise<void> {
    const { kernels } = this.options;
    const before = named.kernel;
    if (change.kernelId !== undefined) {
      if (change.kernelId === before.id) return;
      named.kernel = kernels.get(change.kernelId);
    } else if (change.kernelName !== undefined) {
      named.kernel = await kernels.start(
        change.kernelName,
        await this.kernelFolder(named.path),
        noteOf(named),
      );
    } else return;
    if (named.owns && !this.isUsed(before)) await before.actions.shutdown(by);
    named.owns = named.kernel.notebook === null;
  }

  /** A notebook has one kernel, which everybody in it shares. */
  private checkOwn({ kernelId }: Partial<SessionRequest>, own: SharedKernel | null): void {
    if (kernelId === undefined || kernelId === own?.id) return;
    throw new LoopbookError(
      "notebook-open",
      "A notebook in Loopbook has a kernel of its own, which everybody in it shares; it cannot take over another one.",
    );
  }

  private notebookOf(id: string): NotebookSession {
    const session = this.options.host.notebooks().find((one) => sessionId(one) === id);
    if (session) return session;
    throw new LoopbookError(
      "no-such-session",
      "There is no session of this id here (any more). Start another one.",
    );
  }

  private needKernel(session: NotebookSession): SharedKernel {
    const shared = this.options.kernels.ofNotebook(session);
    if (shared) return shared;
    throw new LoopbookError("no-kernel", "The notebook's kernel was ended meanwhile. Start it again.");
  }

  /** Null: there is no such notebook in the folder. */
  private async notebookFile(path: string): Promise<string | null> {
    try {
      const file = await insideFolder(this.options.folder, path);
      return file.endsWith(".ipynb") && (this.openAt(file) !== null || (await stat(file)).isFile())
        ? file
        : null;
    } catch {
      return null;
    }
  }

  /** As near to the path as there is a folder: clients name sessions as they like. */
  private async kernelFolder(path: string): Promise<string> {
    const { folder } = this.options;
    try {
      const place = dirname(await insideFolder(folder, join(".", path)));
      return (await stat(place)).isDirectory() ? place : folder;
    } catch {
      return folder;
    }
  }

  private isUsed(kernel: SharedKernel): boolean {
    return [...this.named.values()].some((other) => other.kernel === kernel);
  }

  private alive(): readonly Named[] {
    const { kernels } = this.options;
    for (const { kernel, session } of kernels.takeRestored()) {
      const { id, path, name, type } = session;
      const texts = [id, path, name, type].map(String) as [string, string, string, string];
      this.named.set(texts[0], {
        id: texts[0],
        path: texts[1],
        name: texts[2],
        type: texts[3],
        kernel,
        owns: true,
      });
    }
    for (const named of this.named.values()) {
      if (kernels.find(named.kernel.id) !== named.kernel) this.named.delete(named.id);
    }
    return [...this.named.values()];
  }

  private ofNamed({ id, path, name, type, kernel }: Named): SessionModel {
    return this.model({ id, path, name, type }, kernel);
  }

  private ofNotebook(session: NotebookSession, shared: SharedKernel): SessionModel {
    const path = session.path === null ? session.id : shownPath(this.options.folder, session.path);
    return this.model({ id: sessionId(session), path, name: basename(path), type: "notebook" }, shared);
  }

  private model(own: Omit<SessionModel, "kernel" | "notebook">, shared: SharedKernel): SessionModel {
    const { path, name } = own;
    return {
      ...own,
      kernel: this.options.kernels.model(shared),
      ...(own.type === "notebook" && { notebook: { path, name } }),
    };
  }
}

function sessionId(session: NotebookSession): string {
  return uuidOf(`notebook ${session.id}`);
}

/** What is kept of a session with its kernel. */
function noteOf({ id, path, name, type }: Named): JsonObject {
  return { id, path, name, type };
}
