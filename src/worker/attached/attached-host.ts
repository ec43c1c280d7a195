/** A host of one notebook that lives in somebody's Jupyter server. It runs nothing and writes no file. */
import type { Host } from "../../usecases/host.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";

export function createAttachedHost(session: NotebookSession): Host {
  const never = () => () => {};
  const refuse = async (): Promise<never> => {
    throw new LoopbookError(
      "attached-only",
      "This address shows one notebook that lives in a Jupyter server, and nothing else. Use `loopbook open` for your own.",
    );
  };
  return {
    openNotebook: async (path) => (path === session.path ? session : refuse()),
    notebook: (id) => (id === session.id ? session : undefined),
    notebooks: () => [session],
    reopenNotebook: async () => null,
    closeNotebook: async () => {},
    moveNotebook: refuse,
    saveNotebookAs: refuse,
    followNotebook: async () => {},
    copyNotebook: refuse,
    moveFile: refuse,
    copyFile: refuse,
    trashFile: refuse,
    onMoved: never,
    kernelSpecs: async () => [],
    startRun: refuse,
    run: () => undefined,
    runOf: () => undefined,
    runs: () => [],
    runRecord: async () => null,
    runHistory: async () => [],
    onOpened: never,
    onRun: never,
    close: () => session.close(),
  };
}
