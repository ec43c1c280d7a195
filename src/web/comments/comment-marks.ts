/** What a cell shows of its comments. Small: it is there from the first view on; who fills it comes later. */
export interface CommentMark {
  /** Threads that are open. */
  readonly open: number;
  /** One of them names the reader. */
  readonly forYou: boolean;
}

export type CommentMarks = ReadonlyMap<string, CommentMark>;

export const NO_MARKS: CommentMarks = new Map();
