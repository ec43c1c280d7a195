import type { GitView } from "../../api/history.ts";

export type GitHeadView = Extract<GitView, { type: "head" }>;

/** `git 1a2b3c4d: First try`. */
export function gitTitle({ commit, subject }: GitHeadView): string {
  return `git ${commit.slice(0, 8)}${subject === "" ? "" : `: ${subject}`}`;
}
