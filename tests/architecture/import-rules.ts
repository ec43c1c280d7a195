/** Which part of `src/` may import which: the table of docs/architecture.md. */

export interface Rule {
  /** May be imported whole. */
  readonly values: readonly string[];
  /** May be imported as types. */
  readonly types: readonly string[];
  /** Runs in a browser too: no `node:` module. */
  readonly portable: boolean;
}

const CORES = ["nbformat", "document", "kernel", "runs", "people", "telemetry", "review"];
const rule = (values: readonly string[], types: readonly string[] = [], portable = false): Rule => ({
  values: [...values, "util"],
  types,
  portable,
});

export const RULES: Readonly<Record<string, Rule>> = {
  util: { values: [], types: [], portable: true },
  nbformat: rule([], [], true),
  document: rule(["nbformat"], [], true),
  kernel: rule([], ["nbformat"]),
  runs: rule(["nbformat", "document", "kernel"], ["people", "telemetry", "review"]),
  people: rule([]),
  telemetry: rule([], ["nbformat"], true),
  review: rule(["telemetry"], ["people"], true),
  usecases: rule(CORES),
  // Notebooks as files for others, written without a browser: with the page's own parsers, which are pure.
  publish: rule(["nbformat", "web"]),
  api: rule([], [...CORES, "usecases"], true),
  store: rule(["nbformat", "telemetry"], [...CORES, "usecases", "publish"]),
  compute: rule(["kernel"], [...CORES, "usecases"]),
  worker: rule([...CORES, "usecases", "api", "store", "compute"]),
  server: rule([...CORES, "usecases", "api", "store", "compute", "publish"]),
  client: rule(["api", "document", "telemetry", "review"], [...CORES, "usecases"], true),
  web: rule(["client", "api", "document", "nbformat", "telemetry", "review"], [...CORES, "usecases"], true),
  // A run that is started in a terminal lives in that process: the command line starts the same worker and server.
  cli: rule(
    [
      "client",
      "api",
      "document",
      "nbformat",
      "runs",
      "people",
      "telemetry",
      "review",
      "worker",
      "server",
      "library",
      "publish",
    ],
    [...CORES, "usecases"],
  ),
  "library.ts": rule(["nbformat", "store", "library"], ["document"]),
  // What the library loads when it is asked to run or to go to a live notebook: it wires host, worker and client for a
  // program, as `cli` does for a person; what both do is here.
  library: rule([...CORES, "usecases", "api", "worker", "client", "server"]),
};
