/**
 * Notebooks of Jupyter clients that know nothing of live documents. What they read is the notebook as it is now, also
 * while people and runs write it; what they write is merged with what others wrote since, three ways, against the
 * version that they had.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { applyVersion, keyedLive } from "../../../document/merge-edits.ts";
import { type KeyedNotebook, keyed, keyedLike } from "../../../nbformat/merge/cell-keys.ts";
import { markConflicts } from "../../../nbformat/merge/conflict.ts";
import { mergeKeyed, mergeNotebooks } from "../../../nbformat/merge/merge-notebooks.ts";
import { unknownBase } from "../../../nbformat/merge/unknown-base.ts";
import type { Notebook } from "../../../nbformat/notebook.ts";
import { parseNotebook } from "../../../nbformat/parse.ts";
import { serialiseNotebook } from "../../../nbformat/serialise.ts";
import { type Access, permits } from "../../../people/access.ts";
import { partyLabel } from "../../../people/party.ts";
import { NotebookFiles } from "../../../store/files/notebook-files.ts";
import type { NotebookSession } from "../../../usecases/notebook-session.ts";
import { LoopbookError } from "../../../util/errors.ts";
import { CellId } from "../../../util/ids.ts";
import type { JsonValue } from "../../../util/json.ts";
import { jsonEqual } from "../../../util/json.ts";
import type { HadVersion, ServedVersion, VersionLine } from "../served-versions.ts";
import { NO_WHOLES, type Wholes, wholesOf, withFaces, withWholes } from "./faces.ts";
import { factsOf, type Place } from "./places.ts";
import { writePlain } from "./plain-files.ts";
import { withOutputsOf } from "./without-outputs.ts";

/** Another program changes the file again and again just as we write it. */
const MAX_TRIES = 5;

export interface ReadVersion {
  /** What the client gets. */
  readonly served: Notebook;
  readonly has: HadVersion;
}

/** What is there now. @throws LoopbookError `notebook-unreadable`. */
export async function readNotebook(place: Place, session: NotebookSession | null): Promise<ReadVersion> {
  if (session) {
    const now = keyedLive(session.live);
    const wholes = await wholesOf(session, now);
    return { served: withWholes(now, wholes), has: { keyed: now, live: session.id, wholes } };
  }
  const { notebook } = parseNotebook(await readFile(place.absolute), basename(place.path));
  return { served: notebook, has: { keyed: keyed(notebook), live: null, wholes: NO_WHOLES } };
}

/** A notebook as a request carries it. @throws LoopbookError `notebook-unreadable`. */
export function parseSent(content: unknown, place: Place): Notebook {
  return parseNotebook(JSON.stringify(content) ?? "", basename(place.path)).notebook;
}

export interface Merged {
  /** The client, from now on. */
  readonly has: HadVersion;
  /** What is there now is just what it sent. */
  readonly isAsSent: boolean;
}

/**
 * @param line what the client had; null: nobody knows, and nothing is taken away.
 * @throws LoopbookError `notebook-unwritable`: it is merged into the live notebook, and not in the file yet.
 */
export async function mergeIntoLive(
  session: NotebookSession,
  sent: Notebook,
  line: VersionLine | null,
  access: Access,
): Promise<Merged> {
  const { live } = session;
  session.keep();
  // Of what a client has that nobody knows, the wholes are those of now.
  const wholes =
    line?.version.live === session.id ? line.version.wholes : await wholesOf(session, keyedLive(live));
  // From here on in one turn: nobody changes the document in between.
  const mine = keyedLive(live);
  const { base, theirs } = line
    ? knownBase(line.version, sent, session.id, mine, wholes)
    : newcomer(mine, sent, wholes);
  const allowed = permits(access.rights, "execute") ? theirs : withOutputsOf(base, theirs);
  const merged = mergeKeyed(base, mine, allowed, {
    isRunning: (key) => live.cell(CellId.of(key))?.executionState === "running",
    keepsIds: true,
  });
  const notebook = markConflicts(merged.notebook, merged.keys, merged.conflicts);
  const label = partyLabel(access.party);
  applyVersion(live, { keys: merged.keys, notebook }, { type: "remote", label });
  const isAsSent = sameNotebook(keyedLive(live).notebook, sent);
  await session.durable();
  const save = await session.save();
  if (save.type === "failed" || save.type === "waiting") {
    throw new LoopbookError(
      "notebook-unwritable",
      `The notebook has your changes and shows them to everybody, but its file cannot be written: ${save.reason}`,
      { retry: true },
    );
  }
  return { has: { keyed: theirs, live: session.id, wholes }, isAsSent };
}

/** A notebook that nobody has open here; a process that has it takes what is written as any program's change. */
export async function mergeIntoFile(place: Place, sent: Notebook, line: VersionLine | null): Promise<Merged> {
  const has: HadVersion = { keyed: keyed(sent), live: null, wholes: NO_WHOLES };
  if ((await factsOf(place)) === null) {
    await writePlain(place, Buffer.from(serialiseNotebook(sent), "utf8"));
    return { has, isAsSent: true };
  }
  const files = new NotebookFiles();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { notebook: mine } = await files.load(place.absolute);
    const next = line ? mergedFile(withWholes(line.version.keyed, line.version.wholes), mine, sent) : sent;
    const result = await files.save(place.absolute, next);
    if (result.type !== "failed") return { has, isAsSent: sameNotebook(next, sent) };
    if (result.code === "changed-outside") continue;
    throw new LoopbookError("notebook-unwritable", `${place.path} could not be written: ${result.reason}`);
  }
  throw new LoopbookError(
    "notebook-unwritable",
    `${place.path} is changed by another program all the time. Try again when it is done.`,
    { retry: true },
  );
}

/** Makes an open notebook what an earlier version of it was, by ordinary edits. */
export async function restoreLive(
  session: NotebookSession,
  earlier: Notebook,
  access: Access,
): Promise<void> {
  const wholes = await wholesOf(session, keyedLive(session.live));
  const now = keyedLive(session.live);
  const next = withFaces(keyedLike(now, earlier), now, wholes);
  applyVersion(session.live, next, { type: "remote", label: partyLabel(access.party) });
}

interface Sides {
  readonly base: KeyedNotebook;
  readonly theirs: KeyedNotebook;
}

function knownBase(
  had: ServedVersion,
  sent: Notebook,
  session: string,
  mine: KeyedNotebook,
  wholes: Wholes,
): Sides {
  // Keys of cells without ids were made up anew when the notebook was opened, and faces came then.
  const base =
    had.live === session ? had.keyed : withFaces(keyedLike(mine, had.keyed.notebook), mine, wholes);
  const faced = had.live === session ? had.keyed : mine;
  return { base, theirs: withFaces(keyedLike(base, sent), faced, wholes) };
}

function newcomer(mine: KeyedNotebook, sent: Notebook, wholes: Wholes): Sides {
  const faced = withFaces(keyedLike(mine, sent), mine, wholes);
  return unknownBase(mine, faced.notebook);
}

function mergedFile(base: Notebook, mine: Notebook, theirs: Notebook): Notebook {
  const { notebook, keys, conflicts } = mergeNotebooks(base, mine, theirs);
  return markConflicts(notebook, keys, conflicts);
}

function sameNotebook(a: Notebook, b: Notebook): boolean {
  return jsonEqual(a as unknown as JsonValue, b as unknown as JsonValue);
}
