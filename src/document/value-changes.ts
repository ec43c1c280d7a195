import type { Table } from "../nbformat/tables.ts";
import type { JsonValue } from "../util/json.ts";

/** What is to be written into a notebook by name, all or none. */
export interface ValueChanges {
  readonly values?: Readonly<Record<string, JsonValue>>;
  readonly tables?: Readonly<Record<string, Table>>;
  /** Nothing is written unless these are the values now. */
  readonly expected?: Readonly<Record<string, JsonValue>>;
  /** A name that there is not gets a cell at the end; tables always do. */
  readonly create?: boolean;
}
