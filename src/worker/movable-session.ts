import type { NotebookSession } from "../usecases/notebook-session.ts";

/** What only the owner of the open notebooks does with one. */
export interface MovableSession extends NotebookSession {
  /**
   * The file gets another path, while nothing is saved or merged.
   * @param put puts it there, or throws and leaves it where it was. Reads the notebook, if it does, in its first turn.
   * @param isSaved the file at the new path holds what the notebook holds now.
   */
  relocate(path: string, put: () => Promise<void>, isSaved: boolean): Promise<void>;
}
