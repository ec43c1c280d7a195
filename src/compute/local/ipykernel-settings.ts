/** What we set in an ipykernel that we start, beside what its spec says. */
import type { KernelClient } from "../../kernel/kernel-client.ts";

/**
 * History of a run belongs to the run, not into the history database of the person's own IPython (which would also
 * cost a start an open and locked file). nbclient does the same.
 */
export const IPYKERNEL_ARGUMENTS: readonly string[] = ["--HistoryManager.hist_file=:memory:"];

/** Messages that ipykernel keeps for us while our process is stalled; libzmq's default is 1,000. */
const SEND_QUEUE = 200_000;

/**
 * libzmq's PUB drops, without a word, what does not fit its send queue. A process that writes a large file or parses
 * a large output reads nothing meanwhile, and a cell that calls `display()` in a loop fills 1,000 in a third of a
 * second. The option may be changed on a socket that is connected, from the thread that owns it. One expression, so
 * that no name is left in the user's namespace; a kernel where it fails keeps the default.
 */
const RAISE_SEND_QUEUE =
  "(lambda t: t.schedule(lambda: t.socket.setsockopt(__import__('zmq').SNDHWM, " +
  `${SEND_QUEUE})))(get_ipython().kernel.iopub_thread)`;

/** Sent ahead of the first cell; nobody waits for it. */
export function raiseSendQueue(client: KernelClient): void {
  // A kernel that is busy or gone does not answer; it then matters to nobody.
  client.configure(RAISE_SEND_QUEUE).catch(() => {});
}
