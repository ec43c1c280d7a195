/** Goes on with a run whose process is gone, in the kernel that was kept for it. */
import type { EditOrigin } from "../document/live-notebook.ts";
import type { KernelProvider } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import { EXIT_CODES } from "../runs/exit-codes.ts";
import { isRecordedStep, placeOf, type TakenBack } from "../runs/machine/taken-back.ts";
import type { RunRecord } from "../runs/run.ts";
import { objectAt } from "../store/objects/object-stores.ts";
import type { KeptRun } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { messageOf } from "../util/errors.ts";
import { RunId } from "../util/ids.ts";
import { schemeOf } from "../util/url-scheme.ts";
import { RunController } from "./run-controller.ts";
import type { RunFiles } from "./run-files.ts";
import { RunNotes } from "./run-notes.ts";
import type { OpenNotebooks } from "./run-open-notebooks.ts";
import type { RunStarter } from "./run-start.ts";

/** Runs of living processes are among them: whose process is gone is known by the ledger. */
export async function keptRuns(kernels: KernelProvider): Promise<readonly KeptRun[]> {
  const held = (await kernels.held?.()) ?? [];
  return held.flatMap(({ id, owner, isAlive }) =>
    typeof owner.run === "string" ? [{ runId: RunId.of(owner.run), kernelId: id, isAlive }] : [],
  );
}

/**
 * The notebook that it wrote. Null: there is none that its outputs could go on in, which the ledger is told.
 * @throws LoopbookError `notebook-unreadable`, `open-elsewhere`; the run has then ended, too.
 */
export async function filesOfRecord(
  record: RunRecord,
  notebooks: OpenNotebooks,
  { store, clock }: RunStarter,
): Promise<RunFiles | null> {
  const { inputPath, outputPath } = record.snapshot;
  const isAddress = outputPath !== null && schemeOf(outputPath) !== null;
  const path = isAddress ? record.recordPath : outputPath;
  const endAs = async (why: string): Promise<void> => {
    const end = {
      status: "died",
      endedAtMs: clock.now(),
      outcome: why,
      exitCode: EXIT_CODES.kernelDied,
    } as const;
    const snapshot = { ...record.snapshot, ...end, hold: null, pending: null, currentCell: null };
    await store.append(snapshot.id, { snapshot, events: [], steps: [] });
  };
  if (path === null) {
    await endAs("Its process is gone, and it wrote no file to go on in");
    return null;
  }
  try {
    const folders = [process.cwd(), ...(record.options.cwd === null ? [] : [record.options.cwd])];
    const target = isAddress ? await objectAt(outputPath, { folders }) : null;
    const session = await openAgain(record.snapshot, path, notebooks);
    const isCopy = outputPath !== inputPath || target !== null;
    // It may have another path than the record, when it moved just before.
    const now = target === null ? session.path : outputPath;
    return {
      ...{ session, isCopy, recordPath: record.recordPath, target },
      inputPath: isCopy ? inputPath : now,
      outputPath: now,
    };
  } catch (error) {
    await endAs(`Its process is gone, and its notebook cannot be opened: ${messageOf(error)}`);
    throw error;
  }
}

/** By its path; a notebook that moved just before its process ended is found by its id. */
async function openAgain(
  { notebookId }: RunRecord["snapshot"],
  path: string,
  notebooks: OpenNotebooks,
): Promise<NotebookSession> {
  try {
    return await notebooks.open(path);
  } catch (error) {
    const moved = notebookId === null ? null : await notebooks.reopen(notebookId).catch(() => null);
    if (moved === null) throw error;
    return moved;
  }
}

export function takenBackRun(
  record: RunRecord,
  kernelId: string,
  by: Party,
  files: RunFiles,
  starter: RunStarter,
  publish?: () => Promise<string | null>,
): RunController {
  const { session } = files;
  const { live } = session;
  const { snapshot, options } = record;
  const { id, name, startedAtMs, parameters, values } = snapshot;
  const lastSeq = Math.max(0, ...record.events.map(({ seq }) => seq));
  const takenBack: TakenBack = { snapshot, steps: record.steps, lastSeq };
  const origin: EditOrigin = { type: "run", label: `${id}/${name}` };
  const papermill = {
    parameters: options.parameters,
    specs: parameters,
    inputPath: files.inputPath,
    outputPath: files.outputPath,
    version: starter.version,
    startedAtMs,
  };
  const carries = live.metadata().papermill !== undefined;
  const run = files.isCopy || carries ? papermill : null;
  const recorded = new Set(record.steps.filter(isRecordedStep).map(({ ordinal }) => ordinal));
  return new RunController({
    ...starter,
    ...{ id, session, options, name, parameters, values, startedAtMs, origin, takenBack },
    inputPath: files.inputPath,
    outputPath: files.outputPath,
    recordPath: files.recordPath,
    startedBy: by,
    host: record.host,
    notes: new RunNotes({ live, origin, clock: starter.clock, run }),
    language: options.language,
    startAt: placeOf(takenBack, live.cellIds()).startAt,
    approvedBefore: null,
    ...(publish && { publish }),
    startKernel: async () => {
      await session.attachKernel?.(
        kernelId,
        (note) => note.run === id && typeof note.ordinal === "number" && recorded.has(note.ordinal),
      );
    },
  });
}
