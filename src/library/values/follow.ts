/**
 * Values as they change (`loopbook get --follow`, `watchValues`), from the live document while somebody has the notebook open and
 * from its file while nobody has, for as long as the reader wants.
 */
import { nodeSockets } from "../../client/node-socket.ts";
import { openLive } from "../../client/open-live.ts";
import { openLiveNotebook } from "../../document/yjs-notebook.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import { LoopbookError } from "../../util/errors.ts";
import { type OpenElsewhere, openElsewhereAs } from "../open-elsewhere.ts";
import { readNotebook } from "./read-notebook.ts";
import { valuesOf } from "./read-values.ts";
import { SettledValues } from "./settle.ts";
import { watchFile } from "./watch-file.ts";

/** How soon it is noticed that somebody has opened the notebook. */
const OWNER_LOOK_MS = 500;

export interface FollowOptions {
  readonly path: string;
  readonly names: readonly string[];
  /** As what the reader is seen by others: `cli`, `library`. */
  readonly using: string;
  readonly signal: AbortSignal;
  readonly onValues: (values: ParameterValues) => void;
}

/** Until `signal`. @throws LoopbookError when a name has no value at the start. */
export async function followValues({ path, names, using, signal, onValues }: FollowOptions): Promise<void> {
  const values = new SettledValues(onValues);
  let isFirst = true;
  /** What cannot be read later on is a state that passes: half of a line, half of a file. */
  const take = (read: () => Notebook): void => {
    try {
      const now = valuesOf(read(), names);
      if (isFirst) values.show(now);
      else values.note(now);
      isFirst = false;
    } catch (error) {
      if (isFirst || !(error instanceof LoopbookError)) throw error;
      values.unreadable();
    }
  };
  try {
    while (!signal.aborted) {
      const owner = await openElsewhereAs(using, path).catch(() => null);
      if (owner === null) await followFile(path, using, take, signal);
      else await followLive(owner, take, signal);
    }
  } finally {
    values.close();
  }
}

/** Until somebody opens the notebook. */
async function followFile(
  path: string,
  using: string,
  take: (read: () => Notebook) => void,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const read = (): void => {
      try {
        take(() => readNotebook(path).notebook);
      } catch (error) {
        end(() => reject(error));
      }
    };
    const stopWatching = watchFile(path, read);
    const timer = setInterval(() => {
      openElsewhereAs(using, path).then(
        (owner) => owner !== null && end(resolve),
        () => undefined,
      );
    }, OWNER_LOOK_MS);
    const end = (settle: () => void): void => {
      stopWatching();
      clearInterval(timer);
      settle();
    };
    if (signal.aborted) end(resolve);
    signal.addEventListener("abort", () => end(resolve), { once: true });
    read();
  });
}

/** Until its owner closes the notebook, or is gone. */
async function followLive(
  { api, notebookId }: OpenElsewhere,
  take: (read: () => Notebook) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = openLive(api, notebookId, { openSocket: nodeSockets(api.headers()) });
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      client.onConnection(({ type }) => {
        // Gone, or not to be reached: the loop looks again where the notebook is now.
        if (type === "ended" || type === "offline") resolve();
      });
      client.synced().then(() => {
        const live = openLiveNotebook(client.doc, client.results);
        const read = (): void => {
          try {
            take(() => live.toNotebook());
          } catch (error) {
            reject(error);
          }
        };
        live.onChange(({ order, cells, metadata }) => {
          if (order || metadata || cells.size > 0) read();
        });
        read();
      }, resolve);
    });
  } finally {
    client.close();
  }
}
