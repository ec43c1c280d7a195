import type { TelemetryClient } from "../../client/telemetry-client.ts";
import { lineText } from "../../telemetry/fallback/logs-text.ts";
import type { LogLine } from "../../telemetry/telemetry-store.ts";
import { saveFile } from "../outputs/tools/save-file.ts";
import type { LogFilter } from "./log-window.ts";

/** What is copied at once; more is downloaded. */
export const MAX_COPIED = 50_000;
const PART = 10_000;

/** The first `limit` lines that a filter takes. */
export async function allLines(
  client: TelemetryClient,
  filter: LogFilter,
  limit: number,
): Promise<readonly LogLine[]> {
  const found: LogLine[] = [];
  for await (const lines of parts(client, filter)) {
    found.push(...lines.slice(0, limit - found.length));
    if (found.length >= limit) break;
  }
  return found;
}

/** All lines that a filter takes, as a file. */
export async function saveLog(client: TelemetryClient, filter: LogFilter, name: string): Promise<void> {
  const texts: Blob[] = [];
  // Each part becomes bytes at once, which the browser may keep on disk.
  for await (const lines of parts(client, filter))
    texts.push(new Blob([`${lines.map(lineText).join("\n")}\n`]));
  saveFile(name, new Blob(texts, { type: "text/plain" }));
}

async function* parts(client: TelemetryClient, filter: LogFilter): AsyncGenerator<readonly LogLine[]> {
  const { levels, template, search } = filter;
  for (let from = 0; ; ) {
    const { lines } = await client.logs({
      ...{ from, limit: PART },
      ...(levels.length > 0 && { levels }),
      ...(template !== null && { template }),
      ...(search !== "" && { search }),
    });
    const last = lines.at(-1);
    if (last === undefined) return;
    yield lines;
    from = last.index + 1;
  }
}
