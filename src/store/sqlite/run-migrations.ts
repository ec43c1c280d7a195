/** The tables of the ledger, by version. A script that was released is never changed. */
export const RUN_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    input_path TEXT,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    status TEXT NOT NULL,
    -- The snapshot without its steps and events, which have tables of their own.
    snapshot TEXT NOT NULL,
    -- Cells that no step is about, at the end: cell id -> status.
    untouched TEXT NOT NULL DEFAULT '{}',
    facts TEXT NOT NULL,
    kernel TEXT,
    packages TEXT,
    record_path TEXT,
    owner_pid INTEGER NOT NULL,
    owner_start TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_start ON runs (started_at_ms);
  CREATE INDEX runs_by_input ON runs (input_path, started_at_ms);
  CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    cell_id TEXT NOT NULL,
    status TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    execution_count INTEGER,
    error TEXT,
    PRIMARY KEY (run_id, ordinal)
  ) STRICT, WITHOUT ROWID;
  -- A source is kept once, however many runs executed it.
  CREATE TABLE sources (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    cell_id TEXT,
    text TEXT NOT NULL,
    by_party TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  // The state of a run whose process joined from outside.
  "ALTER TABLE runs ADD COLUMN attached TEXT;",
];
