/**
 * A party is an author: a person or a pipeline. `<who>/<with what>`: the first part is verified and has the
 * rights; the second is shown and never trusted.
 */
export interface Party {
  readonly kind: "person" | "pipeline";
  /** The verified part: `ana`, `local`, `run_x3…`. */
  readonly who: string;
  /** What they act with: `browser`, `cli`, `train-digits`. Shown only. */
  readonly using: string;
  /** For display: `Ana`, `train-digits`. */
  readonly displayName: string;
}

/** View, edit and execute are three rights of a connection. */
export interface Rights {
  readonly view: boolean;
  readonly edit: boolean;
  readonly execute: boolean;
}

/** `ana/browser`, as records and audit rows write it. */
export function partyLabel(party: Party): string {
  return `${party.who}/${party.using}`;
}
