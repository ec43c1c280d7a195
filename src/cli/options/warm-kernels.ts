import { Option } from "commander";

/** `--warm`, `--warm bash`: kernelspecs of which one started kernel is kept ready; without a name Python's. */
export function warmOption(): Option {
  return new Option(
    "--warm [kernel]",
    "keep a started kernel ready, so that runs and notebooks begin at once (may be repeated; default: Python's)",
  )
    .preset("default")
    .default([], "none")
    .argParser((name: string, before: readonly string[]) => [...before, name]);
}
