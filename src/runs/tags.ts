/** The tags that mean something to a run, as nbclient and papermill use them, and ours. */

export const TAGS = {
  /** nbclient: not executed. */
  skip: "skip-execution",
  /** nbclient: an error is expected and does not end the run. */
  raises: "raises-exception",
  /** papermill: the defaults of the parameters. */
  parameters: "parameters",
  /** papermill: the values of one run. */
  injected: "injected-parameters",
  /** The run waits before this cell until a person lets it through. */
  hold: "hold",
  /** Written by an attached run: its summary, charts, log; what it shows and asks. */
  run: "loopbook-run",
  /** papermill's red notes about an error; taken out of what is run again. */
  papermillError: "papermill-error-cell-tag",
} as const;
