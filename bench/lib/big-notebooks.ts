/** Notebooks as they are after a long day: many cells, each with an output. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** Of each output. */
export const OUTPUT_BYTES = 10_000;

export interface BigNotebook {
  readonly cells: number;
  /** Tells its texts from another's. */
  readonly number: number;
  /** Of each output; default: `OUTPUT_BYTES`. */
  readonly outputBytes?: number;
  /** Sources of cells before the others. */
  readonly first?: readonly string[];
}

/** Outputs are by turns a text, a picture and a web page. @returns the name of the file in `folder`. */
export function bigNotebook(
  folder: string,
  { cells, number, outputBytes = OUTPUT_BYTES, first = [] }: BigNotebook,
): string {
  const notebook = {
    cells: [
      ...first.map((source, index) => ({
        ...codeCell(`first-${index}`, source),
        execution_count: null,
        outputs: [],
      })),
      ...Array.from({ length: cells }, (_, index) => ({
        ...codeCell(
          `cell-${index}`,
          `# Cell ${index} of ${number}\nfor epoch in range(10):\n    loss = train(model, batches[${index}])\n    print(epoch, loss)`,
        ),
        execution_count: index + 1,
        outputs: [outputOf(index, `${number}-${index}`, outputBytes)],
      })),
    ],
    metadata: { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const name = `big-${number}.ipynb`;
  writeFileSync(path.join(folder, name), `${JSON.stringify(notebook, null, 1)}\n`);
  return name;
}

const codeCell = (id: string, source: string): object => ({ cell_type: "code", id, metadata: {}, source });

function outputOf(index: number, salt: string, bytes: number): object {
  const lines = (what: string): string => {
    const line = `${salt} ${what} ${"0123456789".repeat(8)}`;
    return `${line}\n`.repeat(Math.floor(bytes / (line.length + 1)));
  };
  if (index % 3 === 0) return { output_type: "stream", name: "stdout", text: lines("epoch") };
  const shown = (data: object): object => ({ output_type: "display_data", metadata: {}, data });
  if (index % 3 === 1)
    return shown({ "image/png": picture(index, bytes), "text/plain": "<Figure size 640x480 with 1 Axes>" });
  return shown({ "text/html": `<table>${lines("cell")}</table>`, "text/plain": "   a  b\n0  1  2" });
}

/** A PNG of noise, which packs badly, so that it is as big as is asked (as base64). */
function picture(seed: number, bytes: number): string {
  const side = Math.max(1, Math.floor(Math.sqrt((bytes * 3) / 4 / 3)));
  const rows = Buffer.alloc(side * (side * 3 + 1));
  let state = seed + 1;
  for (let at = 0; at < rows.length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    // Each row begins with its filter: none.
    rows[at] = at % (side * 3 + 1) === 0 ? 0 : state >>> 16;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]).toString("base64");
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
