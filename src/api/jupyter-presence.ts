/**
 * Presence as Loopbook's page shares it, and as Jupyter's clients do: who, and where in the text. Pure but for the
 * documents that positions are looked up in.
 *
 * A Jupyter client's state: { user: { username, name, display_name, initials, color, avatar_url }, cursors: [{ anchor,
 * head, primary, empty }] }, positions relative to its own document. Source: @jupyter/collaboration 5.
 */
import * as Y from "yjs";
import type { JupyterDocument } from "../document/jupyter/jupyter-document.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { Party } from "../people/party.ts";
import { CellId } from "../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";
import type { Presence } from "./live.ts";

/** Both forms of one notebook. */
export interface Places {
  readonly live: LiveNotebook;
  readonly jupyter: JupyterDocument;
}

export type PageState = Presence & { readonly cursor?: Cursor | null };

interface Cursor {
  readonly anchor: JsonValue;
  readonly head: JsonValue;
}

export interface JupyterUser {
  readonly username: string;
  readonly name: string;
  readonly display_name: string;
  readonly initials: string;
  readonly color: string;
  readonly avatar_url: null;
}

const MAX_NAME = 80;
/** JupyterLab's own eight; a person has the same one everywhere. */
const COLOURS = 8;

export function jupyterUser(party: Party): JupyterUser {
  const name = party.displayName.slice(0, MAX_NAME);
  return {
    // With what they act, too: JupyterLab leaves out whoever has its own user's name.
    username: `${party.who}/${party.using}`,
    name,
    display_name: name,
    initials: initialsOf(name),
    color: `var(--jp-collaborator-color${(hash(`${party.who}\n${name}`) % (COLOURS - 1)) + 1})`,
    avatar_url: null,
  };
}

/** Somebody on our page, for Jupyter's clients; null: not somebody. */
export function toJupyterState(text: string, { live, jupyter }: Places): string | null {
  const state = parsed(text);
  const party = state && partyOf(state.party);
  if (!state || !party) return null;
  const cursor = isJsonObject(state.cursor) ? state.cursor : {};
  const anchor = moved(cursor.anchor, live.doc, (id) => jupyter.text(id));
  const head = moved(cursor.head, live.doc, (id) => jupyter.text(id));
  const cursors =
    anchor && head
      ? [{ anchor: anchor.json, head: head.json, primary: true, empty: anchor.index === head.index }]
      : [];
  return JSON.stringify({ user: jupyterUser(party), cursors });
}

/** A Jupyter client, for our pages; null: it does not say who it is. */
export function toPageState(text: string, party: Party, { live, jupyter }: Places): string | null {
  const state = parsed(text);
  if (!state) return null;
  const [cursor] = Array.isArray(state.cursors) ? state.cursors : [];
  const place = isJsonObject(cursor) ? cursor : {};
  const anchor = moved(place.anchor, jupyter.doc, (id) => live.sourceText(id));
  const head = moved(place.head, jupyter.doc, (id) => live.sourceText(id));
  const page: PageState = {
    party: { ...party, displayName: nameOf(state.user) ?? party.displayName },
    cellId: head?.cellId ?? null,
    mode: head ? "editing" : "viewing",
    cursor: anchor && head ? { anchor: anchor.json, head: head.json } : null,
  };
  return JSON.stringify(page);
}

interface Place {
  readonly cellId: CellId;
  readonly index: number;
  readonly json: JsonValue;
}

/** A position in one document, as one in the same cell of the other. Others' states are not to be trusted. */
function moved(
  json: JsonValue | undefined,
  doc: Y.Doc,
  textOf: (id: CellId) => Y.Text | undefined,
): Place | null {
  if (!isJsonObject(json)) return null;
  try {
    const position = Y.createAbsolutePositionFromRelativePosition(
      Y.createRelativePositionFromJSON(json),
      doc,
    );
    const cell = position?.type.parent;
    const id = cell instanceof Y.Map ? cell.get("id") : undefined;
    if (!position || typeof id !== "string") return null;
    const cellId = CellId.of(id);
    const text = textOf(cellId);
    if (!text) return null;
    const { index, assoc } = position;
    const relative = Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length), assoc);
    // With its empty fields: JupyterLab uses it as it is, and an editor whose cursors fail shows none from then on.
    return { cellId, index, json: JSON.parse(JSON.stringify(relative)) as JsonValue };
  } catch {
    return null;
  }
}

function parsed(text: string): JsonObject | null {
  try {
    const state = JSON.parse(text) as JsonValue;
    return isJsonObject(state) ? state : null;
  } catch {
    return null;
  }
}

function partyOf(value: JsonValue | undefined): Party | null {
  if (!isJsonObject(value)) return null;
  const { kind, who, using, displayName } = value;
  if (typeof who !== "string" || typeof displayName !== "string") return null;
  return {
    kind: kind === "pipeline" ? "pipeline" : "person",
    who,
    using: typeof using === "string" ? using : "",
    displayName,
  };
}

/** `owner` is what the stock Python client says. */
function nameOf(user: JsonValue | undefined): string | null {
  if (!isJsonObject(user)) return null;
  const name = [user.display_name, user.name, user.username, user.owner].find(
    (part) => typeof part === "string" && part.trim() !== "",
  );
  return typeof name === "string" ? name.slice(0, MAX_NAME) : null;
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}

/** Somebody on our page, in JupyterLab's list of who looks at which document; null: not somebody. */
export function globalState(text: string, path: string): string | null {
  const state = parsed(text);
  const party = state && partyOf(state.party);
  if (!party) return null;
  return JSON.stringify({ user: jupyterUser(party), current: `notebook:${path}`, documents: [path] });
}
