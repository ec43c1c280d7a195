import type { RunOptions } from "./run.ts";
import { TAGS } from "./tags.ts";

/** What a run does where nobody says otherwise. */
export const defaultRunOptions: RunOptions = {
  parameters: {},
  allowUnknownParameters: false,
  kernelName: null,
  language: null,
  cwd: null,
  startTimeoutMs: 60_000,
  cellTimeoutMs: null,
  onCellTimeout: "end",
  runTimeoutMs: null,
  onError: "fail",
  allowErrors: false,
  allowErrorNames: [],
  allowInput: true,
  skipTags: [TAGS.skip],
  fromCell: null,
  part: null,
  holdAtTags: true,
  reportMode: false,
};
