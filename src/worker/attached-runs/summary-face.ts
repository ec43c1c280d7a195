/** The summary of a run's telemetry: counts, last values and sparklines, each read again only when its series grew. */
import { stepsDone } from "../../runs/attached/snapshot.ts";
import type { AttachedState } from "../../runs/attached/state.ts";
import type { FaceNumber, SeriesFace, SummaryFace } from "../../telemetry/faces.ts";
import type { RunTelemetry, SeriesInfo, SeriesView } from "../../telemetry/telemetry-store.ts";

/** More are in the charts; a summary is read at a glance. */
const MAX_SERIES = 200;
/** Places of a sparkline; each may show its lowest and its highest value. */
const SPARK_PLACES = 30;

export class SummaryFaces {
  private readonly telemetry: RunTelemetry;
  private readonly known = new Map<string, { readonly revision: number; readonly face: SeriesFace }>();

  constructor(telemetry: RunTelemetry) {
    this.telemetry = telemetry;
  }

  async face(name: string, state: AttachedState): Promise<SummaryFace> {
    const { telemetry } = this;
    const series: SeriesFace[] = [];
    for (const info of telemetry.series().slice(0, MAX_SERIES)) series.push(await this.seriesFace(info));
    const { dropped, rejected, outOfOrder } = telemetry.troubles();
    return {
      runId: telemetry.runId,
      name,
      step: state.step === null ? null : stepsDone(state),
      total: state.step?.total ?? null,
      series,
      logs: telemetry.logs.counts(),
      artefacts: state.artefacts,
      troubles: { dropped, rejected, outOfOrder },
    };
  }

  private async seriesFace(info: SeriesInfo): Promise<SeriesFace> {
    const known = this.known.get(info.name);
    if (known?.revision === info.revision) return known.face;
    const axis = info.minStep === null ? "time" : "step";
    const view = await this.telemetry.read({ name: info.name, axis, points: SPARK_PLACES });
    const face = {
      name: info.name,
      count: info.count,
      last: faceNumber(info.last),
      min: info.min,
      max: info.max,
      spark: view === null ? [] : sparkOf(view),
    };
    this.known.set(info.name, { revision: info.revision, face });
    return face;
  }
}

export function sparkOf({ min, max, last }: SeriesView): readonly FaceNumber[] {
  const values: FaceNumber[] = [];
  for (const [index, low] of min.entries()) {
    const high = max[index] ?? low;
    if (Number.isFinite(low) && Number.isFinite(high) && low !== high) values.push(low, high);
    else values.push(faceNumber(last[index] ?? low));
  }
  return values;
}

export function faceNumber(value: number): FaceNumber {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  return value === Number.NEGATIVE_INFINITY ? "-Infinity" : value;
}

/** Prefix of what a pipeline tells of its machine: `system/cpu %`, `system/process memory MB`. */
const SYSTEM = "system";

/** A chart for each prefix before `/`; one for those without a prefix; the system's by their unit. */
export function groupsOf(
  series: readonly Pick<SeriesInfo, "name">[],
): readonly { readonly name: string; readonly series: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { name } of series) {
    const at = name.indexOf("/");
    const prefix = at <= 0 ? "metrics" : name.slice(0, at);
    const group = prefix === SYSTEM ? `the system, ${name.slice(name.lastIndexOf(" ") + 1)}` : prefix;
    const known = groups.get(group);
    if (known) known.push(name);
    else groups.set(group, [name]);
  }
  const isLast = (name: string): number => (name.startsWith("the system,") ? 1 : 0);
  return [...groups]
    .map(([name, names]) => ({ name, series: names.toSorted() }))
    .sort((a, b) => isLast(a.name) - isLast(b.name));
}
