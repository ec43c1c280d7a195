/** Opens a database file: built-in SQLite, write-ahead log, migrations. Several processes may have it open. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { LoopbookError, messageOf } from "../../util/errors.ts";

/** Pages kept in memory: writes go to the end, and what is read is small. (SQLite's own rule is eight times that.) */
const CACHE_KILOBYTES = 256;
/** How long a writer waits for another process's transaction; ours take milliseconds. */
const BUSY_MS = 5_000;

/**
 * @param migrations one script a version, in order; never changed once released, only added to.
 * @throws LoopbookError `state-unreadable`, `state-too-new`.
 */
export function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { DatabaseSync } = loadSqlite();
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -${CACHE_KILOBYTES};`,
    );
    migrate(database, migrations, path);
    return database;
  } catch (error) {
    if (error instanceof LoopbookError) throw error;
    throw new LoopbookError(
      "state-unreadable",
      `The ledger of runs ${path} cannot be opened: ${messageOf(error)}. Set LOOPBOOK_HOME to a folder that you may write to.`,
      { cause: error },
    );
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[], path: string): void {
  const version = (): number => Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version() === migrations.length) return;
  // Two processes may open a new file at once: who comes second finds the work done.
  inTransaction(database, () => {
    const from = version();
    if (from > migrations.length) {
      throw new LoopbookError(
        "state-too-new",
        `The ledger of runs ${path} was written by a newer Loopbook. Update this one, or set LOOPBOOK_HOME to another folder.`,
      );
    }
    for (const script of migrations.slice(from)) database.exec(script);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  // IMMEDIATE: the lock is waited for here, where waiting works, and not in the middle, where SQLite refuses to.
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Node marks its SQLite as experimental with a line on stderr, which is no news to the person at the terminal. */
function loadSqlite(): typeof import("node:sqlite") {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (messageOf(warning).includes("SQLite is an experimental feature")) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
