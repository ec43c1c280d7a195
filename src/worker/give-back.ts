/**
 * Opening a big notebook takes several times its size, most of it for a moment. V8 collects that when it needs room,
 * which in a server that waits for people is never: so it is told to, once things are quiet again.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After the last opening; then all of it is written. */
const QUIET_MS = 1_000;

interface Options {
  readonly type: "major";
  readonly execution: "async";
  /** The pages that become empty are given back, too. */
  readonly flavor: "last-resort";
}

type Collect = (options: Options) => Promise<void>;

let timer: NodeJS.Timeout | undefined;
let collect: Collect | undefined;

/** Gives memory that is not used any more back to the system, soon. Costs some tens of milliseconds. */
export function giveMemoryBackSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    collect ??= collector();
    void collect({ type: "major", execution: "async", flavor: "last-resort" });
  }, QUIET_MS).unref();
}

/** Node has no function for it, but V8 shows its own to contexts that are made after this. */
function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const found = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return found;
}
