/** A notebook that others read at an address of its own. */

export interface Publication {
  /** Names it in lists; opens nothing. */
  readonly id: string;
  /** In its address: who has it may read, where `access` says so. */
  readonly secret: string;
  /** Absolute path of the notebook; it follows when the notebook moves. */
  readonly path: string;
  /** `live`: as the notebook is when somebody looks. `frozen`: as it was when it was published, or frozen anew. */
  readonly mode: "live" | "frozen";
  readonly withSource: boolean;
  /** `link`: whoever has the address. `signed-in`: who may look at the notebook here anyway. */
  readonly access: "link" | "signed-in";
  readonly createdAtMs: number;
  /** When its content was frozen; null: it is live. */
  readonly frozenAtMs: number | null;
}

/** Where publications are kept (port); all of a user's processes see the same, at once. */
export interface PublicationStore {
  /** Oldest first. */
  list(): readonly Publication[];
  bySecret(secret: string): Publication | null;
  /** Puts it, or its new state, there. @throws LoopbookError `too-many-publications`, `state-folder-unwritable`. */
  put(publication: Publication, frozen?: Iterable<string>): void;
  /** The path of a frozen content; null: there is none. */
  frozenFile(id: string): string | null;
  remove(id: string): boolean;
  /** Those of this notebook, or of notebooks below this folder, follow. */
  moved(from: string, to: string): void;
}

/** The address below a server's own. */
export function publicationPath({ secret }: Pick<Publication, "secret">): string {
  return `/p/${secret}`;
}

/** The secret of such an address; null: it is another one. */
export function publishedSecret(path: string): string | null {
  return /^\/p\/([0-9a-z]{40})\/?$/.exec(path)?.[1] ?? null;
}
