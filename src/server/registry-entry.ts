/**
 * How commands find the live processes of this user: one file a process in `<state folder>/processes/`, mode 0600,
 * because it carries the token. A file whose process is gone is stale and removed by whoever meets it.
 */
export interface RegistryEntry {
  readonly pid: number;
  /** Start time of the process as the platform tells it, so that a reused pid is not taken for it. */
  readonly startedAtMs: number;
  readonly kind: "up" | "run";
  /** `http://127.0.0.1:41873` */
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  /** Absolute paths of the notebooks that are open there, as of the last write. */
  readonly notebooks: readonly string[];
}
