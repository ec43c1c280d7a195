/** What the command line exits with, by how a run ended. Documented for users; never changed. */
export const EXIT_CODES = {
  completed: 0,
  failed: 1,
  usage: 2,
  timedOut: 124,
  stopped: 130,
  outOfMemory: 137,
  kernelDied: 138,
} as const;
