/** Artefacts of runs and of their models: their content by hash with the run's telemetry, their names in the index. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { randomToken } from "../../util/ids.ts";
import type { KeptArtifact, TrackedRun } from "./entities.ts";
import { MlflowError } from "./mlflow-error.ts";
import { modelOf } from "./models-api.ts";
import { artifactFacts } from "./run-facts.ts";
import type { MlflowTracking } from "./tracking.ts";
import type { TrackingStore } from "./tracking-store.ts";

/** A bigger one cannot be read back in one piece. */
const MAX_BYTES = 2 * 1024 ** 3 - 1;
const PIECE_BYTES = 4 * 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;

export interface ArtifactPlace {
  readonly run: TrackedRun;
  /** Within the run's artefacts; empty: their root. */
  readonly path: string;
}

/** `<experiment>/<run>/artifacts/<path>` or `<experiment>/models/<model>/artifacts/<path>`. */
export function placeOf(store: TrackingStore, address: string): ArtifactPlace {
  const [, second = "", third = "", ...rest] = safeParts(address);
  if (second !== "models") {
    if (third !== "artifacts") throw noPlace(address);
    return { run: store.run(second), path: rest.join("/") };
  }
  const model = modelOf(store, third);
  if (rest.shift() !== "artifacts") throw noPlace(address);
  if (model.runId === null)
    throw new MlflowError(
      "INVALID_PARAMETER_VALUE",
      "A model without a run has no place here: log it inside of `with mlflow.start_run():`.",
    );
  return { run: store.run(model.runId), path: ["models", model.id, ...rest].join("/") };
}

export function safeParts(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  if (path.length > 1_000 || path.includes("\0") || parts.some((part) => part === "." || part === ".."))
    throw new MlflowError("INVALID_PARAMETER_VALUE", `This is no path of an artefact: ${path.slice(0, 200)}`);
  return parts;
}

export interface ListedFile {
  readonly path: string;
  readonly is_dir: boolean;
  readonly file_size?: number;
}

/** What lies directly in a folder of artefacts; names within it, folders without their size. */
export function listArtifacts(run: TrackedRun, folder: string): readonly ListedFile[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const found = new Map<string, ListedFile>();
  for (const [path, { sizeBytes }] of run.artifacts) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...deeper] = path.slice(prefix.length).split("/");
    if (deeper.length > 0) found.set(name, { path: name, is_dir: true });
    else found.set(name, { path: name, is_dir: false, file_size: sizeBytes });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same content under the same name counts once. */
export async function putArtifact(
  tracking: MlflowTracking,
  { run, path }: ArtifactPlace,
  body: Readable,
): Promise<void> {
  if (path === "") throw noPlace(path);
  const folder = join(tracking.folder, "uploads");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, randomToken(16));
  try {
    const kept = await takeIn(body, temporary);
    const store = await tracking.store();
    tracking.heard(run);
    if (run.artifacts.get(path)?.sha256 === kept.sha256) return;
    const { telemetry } = await tracking.attached(run);
    // Its name is known by its hash alone, so the blob comes first.
    let offset = (await telemetry.blobSize(kept.sha256)) ?? 0;
    if (kept.sizeBytes === 0) await telemetry.putBlob(kept.sha256, 0, 0, new Uint8Array());
    if (offset < kept.sizeBytes)
      for await (const piece of createReadStream(temporary, { start: offset, highWaterMark: PIECE_BYTES })) {
        await telemetry.putBlob(kept.sha256, offset, kept.sizeBytes, piece as Buffer);
        offset += (piece as Buffer).length;
      }
    const content = kept.sizeBytes <= MAX_TEXT_BYTES ? await readFile(temporary) : null;
    await (await store.log(run)).addFacts(artifactFacts(path, kept, content, Date.now() / 1000));
    await store.write([{ type: "artifact", id: run.id, path, ...kept }]);
  } finally {
    await rm(temporary, { force: true });
  }
}

export async function readArtifact(
  tracking: MlflowTracking,
  { run, path }: ArtifactPlace,
): Promise<Uint8Array> {
  const kept = run.artifacts.get(path);
  const content = kept && (await (await tracking.attached(run)).telemetry.readBlob(kept.sha256));
  if (content) return content;
  throw new MlflowError("RESOURCE_DOES_NOT_EXIST", `There is no artefact ${path} of run ${run.id}.`);
}

async function takeIn(body: Readable, temporary: string): Promise<KeptArtifact> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  await pipeline(
    body,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        sizeBytes += piece.length;
        if (sizeBytes > MAX_BYTES)
          throw new MlflowError("REQUEST_LIMIT_EXCEEDED", "An artefact is at most 2 GiB here.");
        hash.update(piece);
        yield piece;
      }
    },
    createWriteStream(temporary, { mode: 0o600 }),
  );
  return { sha256: hash.digest("hex"), sizeBytes };
}

function noPlace(address: string): MlflowError {
  return new MlflowError("INVALID_PARAMETER_VALUE", `No run has an artefact at ${address.slice(0, 200)}.`);
}
