import type { RoomStore } from "../document/room-log.ts";
import type { KernelProvider } from "../kernel/kernel.ts";
import type { RunStore } from "../runs/run-store.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { KeepTimes } from "./held-kernels.ts";
import type { KeptOutputsOptions } from "./kept-outputs.ts";
import type { StyledDocumentStore } from "./styled-document-store.ts";

export interface LocalHostOptions extends KeptOutputsOptions {
  /** Default: the user's (`LOOPBOOK_HOME`, else the platform's place). */
  readonly stateFolder?: string;
  readonly version: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Default: local processes. Closed with the host. */
  readonly kernels?: KernelProvider;
  /** How long kernels wait for somebody when this process is gone. Default: as `LOOPBOOK_KERNELS` says. */
  readonly keep?: KeepTimes;
  /**
   * People work here by hand, for long: kernels that they start outlive this process too, and those that an earlier one
   * left are taken back when their notebook is opened. Default: false, kernels of notebooks end with this process.
   */
  readonly keepsNotebooks?: boolean;
  /** Kernelspecs of which one started kernel is kept ready for the next run; `default` is Python's. Default: none. */
  readonly warmKernels?: readonly string[];
  /** Default: plain files. */
  readonly documentStore?: StyledDocumentStore;
  /** Default: `runs.sqlite` in the state folder, opened when it is needed. Closed with the host. */
  readonly runStore?: RunStore;
  /** Default: `rooms` in the state folder, with `history` beside it; null: edits are kept nowhere but in the file. */
  readonly rooms?: RoomStore | null;
}
