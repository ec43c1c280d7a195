/**
 * What a party may do, and with what. Pure: who they are was verified before (`server/security`), what they act with
 * is only shown. Every way in (HTTP, live channel, Jupyter's protocols) asks here.
 */
import { relative, sep } from "node:path";
import type { Party, Rights } from "./party.ts";

/** A verified party and its rights on this server. */
export interface Access {
  readonly party: Party;
  readonly rights: Rights;
  /** All that it reaches; absent: everything that the server shows. */
  readonly scope?: Scope;
  /** The share that gave it; absent: a token of the server's own. */
  readonly share?: { readonly id: string; readonly expiresAtMs: number | null };
}

/** One notebook, or a folder with all below it. Absolute, links resolved. */
export interface Scope {
  readonly type: "notebook" | "folder";
  readonly path: string;
}

/** The person whose machine it is: everything. */
export const OWNER_RIGHTS: Rights = { view: true, edit: true, execute: true };

/** Somebody who was given a link to look on. */
export const VIEWER_RIGHTS: Rights = { view: true, edit: false, execute: false };

/** What is asked of the server, in the words of people's rights. */
export type Action =
  /** Read notebooks, files, runs. */
  | "look"
  /** Change, create, move or save a notebook. */
  | "edit"
  /** Spend compute: kernels, cells, completion, runs and their commands, answers to `input()`. */
  | "execute";

/** Whether these rights cover an action. Execution is no part of the right to edit, nor the other way round. */
export function permits(rights: Rights, action: Action): boolean {
  switch (action) {
    case "look":
      return rights.view;
    case "edit":
      return rights.view && rights.edit;
    case "execute":
      return rights.view && rights.execute;
  }
}

/** Whether a file is within a scope. `path` absolute, links resolved; null (no file) is in no limited scope. */
export function covers(scope: Scope | undefined, path: string | null): boolean {
  if (scope === undefined) return true;
  if (path === null) return false;
  return path === scope.path || (scope.type === "folder" && isBelow(scope.path, path));
}

/** Whether a folder is on the way down to what a scope covers, and so may be walked through. */
export function leadsTo(scope: Scope | undefined, folder: string): boolean {
  return scope !== undefined && isBelow(folder, scope.path);
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way);
}

/** What an action that was refused is told. */
export function refusalOf(rights: Rights, action: Action | undefined): string {
  const what = action === "execute" ? "run things" : action === "edit" ? "change things" : "look at this";
  const may = [rights.view && "look on", rights.edit && "edit", rights.execute && "run"].filter(Boolean);
  const allows = may.length === 0 ? "nothing" : may.join(" and ");
  return `This address lets you ${allows}, not ${what}. Ask the notebook's owner for a link that does.`;
}

/** The same verified person, acting with something else. */
export function actingWith(access: Access, using: string): Access {
  return { ...access, party: { ...access.party, using } };
}
