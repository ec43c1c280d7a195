import { writeFile } from "node:fs/promises";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { CellId } from "../util/ids.ts";

/**
 * Writes a notebook with one empty code cell where there is no file yet; a file that is there is left alone.
 * @returns whether it made one.
 * @throws LoopbookError `notebook-unwritable`, `bad-request`.
 */
export async function createNotebookFile(
  path: string,
  kernel: { readonly name: string; readonly displayName: string; readonly language: string } | null,
): Promise<boolean> {
  if (!path.endsWith(".ipynb")) {
    throw new LoopbookError("bad-request", `A new notebook's name ends in .ipynb; ${path} does not.`);
  }
  const notebook = {
    cells: [
      {
        cell_type: "code",
        execution_count: null,
        id: CellId.create(),
        metadata: {},
        outputs: [],
        source: [],
      },
    ],
    metadata: kernel && {
      kernelspec: { display_name: kernel.displayName, language: kernel.language, name: kernel.name },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  try {
    const text = JSON.stringify({ ...notebook, metadata: notebook.metadata ?? {} }, null, 1);
    await writeFile(path, `${text}\n`, { flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new LoopbookError("notebook-unwritable", `${path} could not be made (${messageOf(cause)}).`, {
      cause,
    });
  }
}
