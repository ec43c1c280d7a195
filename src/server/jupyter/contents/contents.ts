/** Jupyter's contents API over the server's folder: what it means, without HTTP. */
import type { Stats } from "node:fs";
import { parseNotebook } from "../../../nbformat/parse.ts";
import { type Access, permits } from "../../../people/access.ts";
import { putInTrash } from "../../../store/files/trash.ts";
import type { NotebookSession } from "../../../usecases/notebook-session.ts";
import { LoopbookError } from "../../../util/errors.ts";
import type { JsonValue } from "../../../util/json.ts";
import { createNotebookFile } from "../../new-notebook.ts";
import type { Jupyter } from "../jupyter.ts";
import type { Client, HadVersion, ServedVersion } from "../served-versions.ts";
import {
  type CheckpointModel,
  listCheckpoints,
  makeCheckpoint,
  moveCheckpoint,
  readCheckpoint,
  removeCheckpoint,
} from "./checkpoints.ts";
import { type ContentsModel, type ContentsType, fileModel } from "./file-model.ts";
import { mergeIntoFile, mergeIntoLive, parseSent, readNotebook, restoreLive } from "./notebooks.ts";
import { factsOf, noSuchFile, type Place, placeOf } from "./places.ts";
import {
  bytesOf,
  copiesOf,
  copyPlace,
  firstFree,
  hashOfPlace,
  listFolder,
  makeFile,
  makeFolder,
  movePlace,
  numbered,
  readPlain,
  writePlain,
} from "./plain-files.ts";
import { Uploads } from "./uploads.ts";

/** Who asks, and with what: versions that were read are remembered by it. */
export interface Asker extends Client {
  readonly access: Access;
}

export interface ReadOptions {
  readonly type?: ContentsType | undefined;
  readonly format?: "text" | "base64" | undefined;
  readonly withContent: boolean;
  readonly withHash: boolean;
}

export interface SentModel {
  readonly type?: ContentsType | undefined;
  readonly format?: string | undefined;
  readonly content?: unknown;
  readonly chunk?: number | undefined;
  /** Hash and time of the version that was changed, where the client says them. */
  readonly marks: readonly string[];
}

export class Contents {
  private readonly jupyter: Jupyter;
  private readonly uploads: Uploads;

  constructor(jupyter: Jupyter) {
    this.jupyter = jupyter;
    this.uploads = new Uploads(jupyter.clock);
  }

  async read(named: string, options: ReadOptions, asker: Asker): Promise<ContentsModel> {
    const place = await this.place(named);
    const session = await this.saved(place);
    const facts = await factsOf(place);
    if (facts === null && session === null) throw noSuchFile(place.path);
    const model = await this.model(place, facts, asker);
    checkType(model, options.type);
    const hash =
      options.withHash && facts?.isFile()
        ? { hash: await hashOfPlace(place), hash_algorithm: "sha256" as const }
        : {};
    if (!options.withContent) return { ...model, ...hash };
    if (model.type === "directory") {
      return { ...model, format: "json", content: await listFolder(place, asker.access.rights) };
    }
    if (model.type === "notebook" && options.type !== "file") {
      const read = await readNotebook(place, session);
      const isSaved = session === null || session.saveState().type === "saved";
      const marks = isSaved ? [model.last_modified, ...(hash.hash ? [hash.hash] : [])] : [];
      this.jupyter.versions.served(place.absolute, asker, versionOf(read.has, marks, facts));
      const content = read.served as unknown as JsonValue;
      return { ...model, ...hash, type: "notebook", format: "json", content };
    }
    return { ...model, ...hash, type: "file", ...(await readPlain(place, options.format)) };
  }

  /** @returns whether it is new, and its model without content. */
  async write(
    named: string,
    sent: SentModel,
    asker: Asker,
  ): Promise<{ readonly isNew: boolean; readonly model: ContentsModel }> {
    const place = await this.place(named);
    const facts = await factsOf(place);
    const isNew = facts === null;
    if (sent.type === "directory") {
      if (facts === null) await makeFolder(place);
      else if (!facts.isDirectory()) throw wrongType(place, "a file");
    } else if (facts?.isDirectory()) throw wrongType(place, "a folder");
    else if (sent.chunk !== undefined) return { isNew, model: await this.upload(place, sent, asker) };
    else if (sent.type === "notebook") await this.writeNotebook(place, sent, asker);
    else if (sent.content === undefined || sent.content === null) {
      if (isNew) await makeFile(place);
    } else await writePlain(place, sentBytes(sent));
    return { isNew, model: await this.fresh(place, asker) };
  }

  /** Something new in a folder, under the first name that is free. */
  async create(named: string, type: ContentsType, extension: string, asker: Asker): Promise<ContentsModel> {
    const folder = await this.folderAt(named);
    const at = (name: string): Promise<Place> => this.place(`${folder.path}/${name}`);
    if (/[/\\\0]/.test(extension) || extension.length > 100)
      throw new LoopbookError("bad-request", "No extension.");
    if (type === "directory") {
      const name = await firstFree(numbered("Untitled Folder", "", " "), async (next) =>
        makeFolder(await at(next)),
      );
      return this.fresh(await at(name), asker);
    }
    if (type === "notebook") {
      const name = await firstFree(numbered("Untitled", ".ipynb"), async (next) => {
        const place = await at(next);
        if (!(await createNotebookFile(place.absolute, null))) {
          throw new LoopbookError("file-exists", `${place.path} is there already.`);
        }
      });
      return this.fresh(await at(name), asker);
    }
    const name = await firstFree(numbered("untitled", extension), async (next) => makeFile(await at(next)));
    return this.fresh(await at(name), asker);
  }

  async copy(named: string, from: string, asker: Asker): Promise<ContentsModel> {
    const source = await this.place(from);
    await this.saved(source);
    if ((await factsOf(source)) === null) throw noSuchFile(source.path);
    const folder = await this.folderAt(named);
    const at = (name: string): Promise<Place> => this.place(`${folder.path}/${name}`);
    const name = await firstFree(copiesOf(source.path), async (next) => copyPlace(source, await at(next)));
    return this.fresh(await at(name), asker);
  }

  async rename(named: string, to: string, asker: Asker): Promise<ContentsModel> {
    const [from, next] = [await this.place(named), await this.place(to)];
    if (from.path === "" || next.path === "")
      throw new LoopbookError("bad-request", "The folder itself keeps its name.");
    if (from.absolute !== next.absolute) {
      await this.move(from, next);
      await moveCheckpoint(from, next);
      this.jupyter.versions.moved(from.absolute, next.absolute);
    }
    return this.fresh(next, asker);
  }

  /** A notebook takes people, run, kernel and history along, open or not. */
  private async move(from: Place, to: Place): Promise<void> {
    const { host } = this.jupyter.context;
    const session = this.jupyter.sessions.openAt(from.absolute);
    if (session) return host.moveNotebook(session.id, to.absolute);
    this.checkClosed(from, "renamed");
    const isNotebook = from.path.endsWith(".ipynb") && to.path.endsWith(".ipynb");
    if (isNotebook && (await factsOf(from))?.isFile()) return host.moveFile(from.absolute, to.absolute);
    return movePlace(from, to);
  }

  /** Into the user's trash. An open notebook is closed, its kernel ends; not while a run goes on in it. */
  async remove(named: string, { access }: Asker): Promise<void> {
    const place = await this.place(named);
    const facts = await factsOf(place);
    if (facts === null) throw noSuchFile(place.path);
    if (place.path === "") throw new LoopbookError("bad-request", "The folder itself cannot be deleted.");
    const { host } = this.jupyter.context;
    const isOpen = this.jupyter.sessions.openAt(place.absolute) !== null;
    if (isOpen && !permits(access.rights, "execute")) {
      throw new LoopbookError("no-right", "This address lets you look on, not close notebooks.");
    }
    if (facts.isFile() && place.path.endsWith(".ipynb")) await host.trashFile(place.absolute);
    else {
      this.checkClosed(place, "deleted");
      await putInTrash(place.absolute);
    }
    await moveCheckpoint(place, null);
    this.jupyter.versions.moved(place.absolute, null);
  }

  async checkpoints(named: string): Promise<readonly CheckpointModel[]> {
    return listCheckpoints(await this.file(named));
  }

  async checkpoint(named: string): Promise<CheckpointModel> {
    const place = await this.file(named);
    await this.saved(place);
    return makeCheckpoint(place);
  }

  async restore(named: string, id: string, { access }: Asker): Promise<void> {
    const place = await this.file(named);
    const bytes = await readCheckpoint(place, id);
    const session = this.jupyter.sessions.openAt(place.absolute);
    if (session === null) return writePlain(place, bytes);
    session.keep();
    await restoreLive(session, parseNotebook(bytes, place.path).notebook, access);
    await session.durable();
    await session.save();
  }

  async forgetCheckpoint(named: string, id: string): Promise<void> {
    await removeCheckpoint(await this.file(named), id);
  }

  close(): Promise<void> {
    return this.uploads.close();
  }

  private place(named: string): Promise<Place> {
    return placeOf(this.jupyter.context.folder, named);
  }

  private async file(named: string): Promise<Place> {
    const place = await this.place(named);
    if (!(await factsOf(place))?.isFile()) throw noSuchFile(place.path);
    return place;
  }

  private async folderAt(named: string): Promise<Place> {
    const place = await this.place(named);
    const facts = await factsOf(place);
    if (facts === null) throw noSuchFile(place.path);
    if (!facts.isDirectory()) throw wrongType(place, "a file");
    return place;
  }

  /** The open notebook at a place; what it holds is in its file, unless that cannot be written. */
  private async saved(place: Place): Promise<NotebookSession | null> {
    const session = this.jupyter.sessions.openAt(place.absolute);
    await session?.save();
    return session;
  }

  private async fresh(place: Place, asker: Asker): Promise<ContentsModel> {
    return this.model(place, await factsOf(place), asker);
  }

  private model(place: Place, facts: Stats | null, { access }: Asker): Promise<ContentsModel> {
    return fileModel(place.absolute, place.path, facts, access.rights);
  }

  private async writeNotebook(place: Place, sent: SentModel, asker: Asker): Promise<void> {
    if (sent.content === undefined || sent.content === null) {
      await createNotebookFile(place.absolute, null);
      return;
    }
    const { versions, sessions } = this.jupyter;
    const notebook = parseSent(sent.content, place);
    const line = versions.find(place.absolute, asker, notebook, sent.marks);
    const session = sessions.openAt(place.absolute);
    const { has, isAsSent } = session
      ? await mergeIntoLive(session, notebook, line, asker.access)
      : await mergeIntoFile(place, notebook, line);
    const facts = await factsOf(place);
    const marks = isAsSent && facts ? [facts.mtime.toISOString()] : [];
    versions.took(place.absolute, asker, line, versionOf(has, marks, facts));
  }

  private async upload(place: Place, sent: SentModel, asker: Asker): Promise<ContentsModel> {
    if (place.path.endsWith(".ipynb") && this.jupyter.sessions.openAt(place.absolute)) {
      throw open(place, "replaced by an upload");
    }
    const isWhole = await this.uploads.add(place, sent.chunk ?? 1, sentBytes(sent));
    const model = await this.model(place, (await this.uploads.facts(place)) as Stats, asker);
    return isWhole ? model : { ...model, type: "file" };
  }

  /** @throws LoopbookError `notebook-open` when a notebook at or below this place is open. */
  private checkClosed(place: Place, what: string): void {
    const prefix = `${place.absolute}/`;
    const isBelow = this.jupyter.context.host.notebooks().some((session) => session.path?.startsWith(prefix));
    if (isBelow || this.jupyter.sessions.openAt(place.absolute) !== null) throw open(place, what);
  }
}

function open({ path }: Place, what: string): LoopbookError {
  return new LoopbookError(
    "notebook-open",
    `${path} is open in Loopbook and cannot be ${what} from here. Close it there first.`,
  );
}

function wrongType({ path }: Place, what: string): LoopbookError {
  return new LoopbookError("bad-request", `${path} is ${what}.`);
}

function checkType(model: ContentsModel, asked: ContentsType | undefined): void {
  const { type, path } = model;
  const isFolder = type === "directory";
  if (asked === undefined || isFolder === (asked === "directory")) {
    if (asked !== "notebook" || type === "notebook") return;
  }
  throw new LoopbookError(
    "bad-request",
    `${path || "The folder"} is ${isFolder ? "a folder" : "a file"}, not a ${asked}.`,
  );
}

function sentBytes({ content, format, type }: SentModel): Buffer {
  if (format === "json" || (format === undefined && typeof content !== "string")) {
    return Buffer.from(JSON.stringify(content), "utf8");
  }
  if (typeof content !== "string" || (format !== undefined && format !== "text" && format !== "base64")) {
    throw new LoopbookError(
      "bad-request",
      `A ${type ?? "file"} is sent as text or base64, and its format says which.`,
    );
  }
  return bytesOf(content, format ?? "text");
}

/** Twice the file is about what its cells take in memory. */
function versionOf(has: HadVersion, marks: readonly string[], facts: Stats | null): ServedVersion {
  return { ...has, marks, bytes: 2 * (facts?.size ?? 0) + 1_000 };
}
