/** Reads the telemetry of runs. */
import type { LogPage, SeriesInfoView, TelemetryView, TemplatesView } from "../api/telemetry.ts";
import type { LogLevel } from "../telemetry/facts.ts";
import { decodeSeries } from "../telemetry/series-codec.ts";
import type { LogQuery, ReadSeries, SeriesView } from "../telemetry/telemetry-store.ts";
import type { ApiClient } from "./api-client.ts";

export type { SeriesInfoView };

export interface SeriesQuery extends Omit<ReadSeries, "name"> {
  /** At most 100. */
  readonly names: readonly string[];
}

export class TelemetryClient {
  private readonly api: ApiClient;
  private readonly path: string;

  constructor(api: ApiClient, runId: string) {
    this.api = api;
    this.path = `/api/runs/${encodeURIComponent(runId)}`;
  }

  overview(signal?: AbortSignal): Promise<TelemetryView> {
    return this.api.read(`${this.path}/telemetry`, signal);
  }

  /** Of those that there are, in the order in which they were asked for. */
  async series(
    { names, axis, from, to, points }: SeriesQuery,
    signal?: AbortSignal,
  ): Promise<readonly SeriesView[]> {
    const asked = new URLSearchParams({ axis });
    for (const name of names) asked.append("names", name);
    if (from !== undefined) asked.set("from", String(from));
    if (to !== undefined) asked.set("to", String(to));
    if (points !== undefined) asked.set("points", String(points));
    return decodeSeries(await this.api.readBytes(`${this.path}/series?${asked}`, signal));
  }

  logs(query: Partial<LogQuery>, signal?: AbortSignal): Promise<LogPage> {
    const asked = new URLSearchParams();
    for (const key of ["from", "limit", "template", "search"] as const)
      if (query[key] !== undefined) asked.set(key, String(query[key]));
    for (const level of query.levels ?? []) asked.append("levels", level satisfies LogLevel);
    return this.api.read(`${this.path}/logs?${asked}`, signal);
  }

  templates(signal?: AbortSignal): Promise<TemplatesView> {
    return this.api.read(`${this.path}/logs/templates`, signal);
  }

  /** Where a blob is shown or downloaded from. */
  blobAddress(sha256: string, mime?: string): string {
    const query = mime === undefined ? "" : `?${new URLSearchParams({ mime })}`;
    return `${this.api.baseUrl}${this.path}/blobs/${sha256}${query}`;
  }

  /** Where every point of a series is downloaded from. */
  csvAddress(name: string): string {
    return `${this.api.baseUrl}${this.path}/series.csv?${new URLSearchParams({ name })}`;
  }
}
