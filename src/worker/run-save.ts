/** The last save of a run: its file, and the address that the file is copied to. */
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { messageOf } from "../util/errors.ts";

/** @returns why the output could not be written, or null. */
export async function saveAtEnd(
  session: NotebookSession,
  publish: (() => Promise<string | null>) | undefined,
): Promise<string | null> {
  const saved = await session
    .save()
    .catch((error: unknown) => ({ type: "failed", reason: messageOf(error) }) as const);
  if (saved.type === "failed" || saved.type === "waiting") return saved.reason;
  return (await publish?.().catch((error: unknown) => messageOf(error))) ?? null;
}
