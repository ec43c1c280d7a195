/**
 * How commands find the live processes of this user: one file a process in `<state folder>/processes/`, mode 0600,
 * because it carries the token. A file whose process is gone is stale and removed by whoever meets it.
 */
export interface RegistryEntry {
  readonly pid: number;
  /** Opaque: tells the process from a later one that is given its pid (`store/process-identity.ts`). */
  readonly start: string;
  readonly startedAtMs: number;
  readonly kind: "up" | "run";
  /** `http://127.0.0.1:41873` */
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  /** Absolute paths of the notebooks that are open there, as of the last write. */
  readonly notebooks: readonly string[];
}
