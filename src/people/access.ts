/**
 * What a party may do. Pure: who they are was verified before (`server/security`), what they act with is only shown.
 */
import type { Party, Rights } from "./party.ts";

/** A verified party and its rights on this server. */
export interface Access {
  readonly party: Party;
  readonly rights: Rights;
}

/** The person whose machine it is: everything. */
export const OWNER_RIGHTS: Rights = { view: true, edit: true, execute: true };

/** Somebody who was given a link to look on. */
export const VIEWER_RIGHTS: Rights = { view: true, edit: false, execute: false };

/** What is asked of the server, in the words of people's rights. */
export type Action =
  /** Read notebooks, files, runs. */
  | "look"
  /** Change, create or save a notebook. */
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

/** The same verified person, acting with something else. */
export function actingWith(access: Access, using: string): Access {
  return { ...access, party: { ...access.party, using } };
}
