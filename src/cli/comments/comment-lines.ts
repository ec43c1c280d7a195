/** Threads of comments as lines for a terminal. Pure. */
import type { CommentThread } from "../../api/comments.ts";
import { dateText } from "../commands/runs.ts";
import type { Colours } from "../terminal/terminal.ts";
import { cutTo, plainText } from "../terminal/text.ts";

/** So much of an id names a thread in a list. */
const SHORT = 6;

export function threadLines(
  thread: CommentThread,
  order: readonly string[],
  width: number,
  colours: Colours,
): readonly string[] {
  const { id, anchor, excerpt, comments, resolved } = thread;
  const place = order.indexOf(anchor.cellId);
  const cell = place === -1 ? "a cell that is gone" : `cell ${place + 1}`;
  const where = anchor.output === null ? cell : `${cell}, output ${anchor.output + 1}`;
  const state = resolved === null ? "" : ` (resolved by ${plainText(resolved.by.displayName)})`;
  const head = `${id.slice(0, SHORT)}  ${where}${state}  ${plainText(excerpt)}`;
  return [
    cutTo(head, width),
    ...comments.flatMap(({ by, atMs, text, isDeleted, editedAtMs }) => {
      const who = `  ${plainText(by.displayName)}, ${dateText(atMs)}${editedAtMs === null ? "" : ", edited"}`;
      const lines = isDeleted ? ["(deleted)"] : text.split("\n");
      return [colours.dim(cutTo(who, width)), ...lines.map((line) => `    ${plainText(line)}`)];
    }),
  ];
}
