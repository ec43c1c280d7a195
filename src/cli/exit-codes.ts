/** What \`loopbook run\` exits with. The codes are \`RunSnapshot.exitCode\`'s. */
export const exitCodesText = `Exit codes of \`loopbook run\`

    0  completed: every cell ran, was skipped on purpose, or failed where that is allowed
    1  failed: a cell raised an error; or Loopbook could not read or write a file
    2  usage: the command line was wrong (an unknown option, parameter or value); nothing was run
  124  timed out: --execution-timeout (a cell) or --timeout (the whole run)
  130  stopped by a person: Ctrl-C twice, q, \`loopbook stop\`, a refused hold
  137  the kernel was killed for memory
  138  the kernel died for another reason (a signal, a crash, os._exit)

A run that ends by SIGTERM is stopped, with everything saved, and exits with 130 too.
The other commands exit with 0 when they did what was asked, 1 when they could not, 2 when typed wrongly.
`;
