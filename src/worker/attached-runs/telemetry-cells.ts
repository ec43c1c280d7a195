/**
 * Keeps the cells of a run's telemetry as the store has it: at most twice a second, and once more at the end. Pages read
 * series from the store themselves; what is written here is small, and what other programs show.
 */
import type { MimeBundle, Output } from "../../nbformat/notebook.ts";
import type { Question, Questions } from "../../review/question.ts";
import type { AttachedState } from "../../runs/attached/state.ts";
import type { ChartFace, LogsFace } from "../../telemetry/faces.ts";
import type { ShownBundle } from "../../telemetry/facts.ts";
import { chartBundle, logsBundle, summaryBundle } from "../../telemetry/fallback/bundles.ts";
import type { RunTelemetry, SeriesView } from "../../telemetry/telemetry-store.ts";
import type { Clock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { Logger } from "../../util/logger.ts";
import { QuestionCells } from "../questions/question-cells.ts";
import type { RunCells } from "./run-cells.ts";
import { bundleOutput } from "./shown-output.ts";
import { groupsOf, SummaryFaces } from "./summary-face.ts";

const PERIOD_MS = 500;
/** Images in the file for programs that do not draw from the store. */
const CHART_PERIOD_MS = 5_000;
/** More charts than anybody looks at. */
const MAX_CHARTS = 50;
/** Lines in one image; more could not be told apart. */
const MAX_LINES = 12;
const IMAGE_PLACES = 300;

export interface TelemetryCellsOptions {
  readonly cells: RunCells;
  readonly telemetry: RunTelemetry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly name: string;
  readonly questions?: Pick<Questions, "list" | "groups"> | undefined;
  readonly state: () => AttachedState;
}

export class TelemetryCells {
  private readonly given: TelemetryCellsOptions;
  private readonly summaries: SummaryFaces;
  private cancel: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();
  private readonly chartsAtMs = new Map<string, number>();
  private readonly asked: QuestionCells;
  private readonly stopListening: () => void;

  constructor(options: TelemetryCellsOptions) {
    this.given = options;
    this.summaries = new SummaryFaces(options.telemetry);
    this.asked = new QuestionCells({
      ...{ questions: options.questions, clock: options.clock, logger: options.logger },
      show: (name, bundle) => {
        const output = { output_type: "display_data", ...bundle } as Output;
        options.cells.show("question", name, `Question of ${options.name}: ${name}`, output);
      },
    });
    this.stopListening = options.telemetry.onChange(() => this.soon());
  }

  soon(): void {
    this.cancel ??= this.given.clock.schedule(PERIOD_MS, () => {
      this.cancel = null;
      void this.writeAll(false);
    });
  }

  /** Writes how it stands now. Never rejects. */
  async writeAll(isLast: boolean): Promise<void> {
    this.writing = this.writing.then(() => this.write(isLast));
    return this.writing;
  }

  /** Shown again under its name, it is redrawn in place. */
  async show(name: string, shown: ShownBundle): Promise<void> {
    const output = await bundleOutput(shown, this.given.telemetry);
    this.given.cells.show("show", name, `Shown by ${this.given.name}: ${name}`, output);
  }

  question(question: Question): void {
    this.asked.take(question);
  }

  async close(): Promise<void> {
    this.stopListening();
    this.cancel?.();
    await this.asked.close();
    await this.writing;
  }

  /** One cell that cannot be written does not keep the others from it. */
  private async write(isLast: boolean): Promise<void> {
    const { telemetry } = this.given;
    await this.tried(() => this.summary());
    if (telemetry.logs.total > 0) await this.tried(() => this.logs());
    const groups = groupsOf(telemetry.series()).slice(0, MAX_CHARTS);
    for (const group of groups) await this.tried(() => this.chart(group, isLast));
  }

  private async tried(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.given.logger.warn("A cell of a run could not be written", { error: messageOf(error) });
    }
  }

  private async summary(): Promise<void> {
    const { cells, name, state } = this.given;
    const face = await this.summaries.face(name, state());
    cells.show("summary", "", `Telemetry of ${name}`, display(summaryBundle(face)));
  }

  private async logs(): Promise<void> {
    const { cells, telemetry, name } = this.given;
    const { logs, runId } = telemetry;
    const face: LogsFace = { runId, total: logs.total, counts: logs.counts() };
    const tail = await logs.read({ from: -20, limit: 20 });
    const excerpt = { tail: tail.lines, templates: logs.templates().slice(0, 10) };
    cells.show("logs", "", `Log of ${name}`, display(logsBundle(face, excerpt)));
  }

  private async chart(
    { name, series }: { readonly name: string; readonly series: readonly string[] },
    isLast: boolean,
  ): Promise<void> {
    const { cells, telemetry, clock } = this.given;
    const key = `${name}\n${series.join("\n")}`;
    const nowMs = clock.now();
    if (!isLast && nowMs - (this.chartsAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < CHART_PERIOD_MS) return;
    this.chartsAtMs.set(key, nowMs);
    const infos = telemetry.series().filter((info) => series.includes(info.name));
    const hasSteps = infos.some(({ minStep }) => minStep !== null);
    const face: ChartFace = { runId: telemetry.runId, series, axis: hasSteps ? "step" : "time" };
    const output = display(await chartOf(face, telemetry));
    cells.show("chart", name, `Charts of ${name}`, output);
  }
}

/** With an image of the first series, for programs that do not read the store. */
async function chartOf(face: ChartFace, telemetry: RunTelemetry): Promise<MimeBundle> {
  const views: SeriesView[] = [];
  for (const name of face.series.slice(0, MAX_LINES)) {
    const view = await telemetry.read({ name, axis: face.axis, points: IMAGE_PLACES });
    if (view !== null) views.push(view);
  }
  return chartBundle(face, views);
}

function display(data: MimeBundle): Output {
  return { output_type: "display_data", data, metadata: {} } as Output;
}
