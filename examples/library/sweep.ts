/**
 * Writes one notebook for each learning rate, ready to run, and tells what each holds.
 *
 *     npm install loopbook
 *     node sweep.ts ../quickstart/quickstart.ipynb sweep
 *
 * Values are found by name in the notebook's parameters cell and changed in place: comments, outputs, ids and the
 * file's style stay as they are, so a diff against the original shows the one line.
 */
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { openNotebook } from "loopbook";

const [source = "quickstart.ipynb", folder = "sweep"] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

for (const lr of [0.05, 0.1, 0.2, 0.4]) {
  const file = path.join(folder, `lr-${lr}.ipynb`);
  await copyFile(source, file);
  const notebook = await openNotebook(file);
  notebook.set("lr", lr);
  notebook.insertCell("markdown", `One of a sweep: learning rate **${lr}**.`, { after: null });
  await notebook.save();
  console.log(`${file}: lr ${notebook.get("lr")}, steps ${notebook.get("steps")}`);
}
