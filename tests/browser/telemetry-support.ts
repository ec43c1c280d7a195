/** A pipeline that is joined to a served notebook, by its wire. */
import { hostname } from "node:os";
import type { Locator, Page } from "playwright-core";
import { ApiClient } from "../../src/client/api-client.ts";
import { AttachedWire } from "../../src/client/attached/wire.ts";
import type { LineRecord } from "../../src/telemetry/facts.ts";
import { RunId } from "../../src/util/ids.ts";
import type { ServedFolder } from "./browser-support.ts";

export class Pipeline {
  readonly id = RunId.create();
  readonly api: ApiClient;
  private readonly wire: AttachedWire;
  private sent = 0;

  constructor(served: ServedFolder) {
    this.api = new ApiClient({ baseUrl: served.server.url, token: served.server.token, using: "cli" });
    this.wire = new AttachedWire({ url: this.api.baseUrl, token: this.api.token ?? null });
  }

  async attach(notebook: string, name: string): Promise<void> {
    await this.wire.attach({
      ...{ runId: this.id, notebook, name, started: Date.now() / 1_000 },
      writer: { id: "main", pid: process.pid, host: hostname(), language: "python 3.11" },
    });
  }

  /** In pieces that the server takes. */
  async tell(records: readonly LineRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += 20_000) {
      const part = records.slice(from, from + 20_000);
      const { received } = await this.wire.lines(this.id, "main", this.sent, part);
      this.sent = received;
    }
  }

  /** Points of one series, a step each. */
  points(name: string, from: number, to: number, value: (step: number) => number): Promise<void> {
    const now = Date.now() / 1_000;
    return this.tell(
      Array.from({ length: to - from }, (_, index): LineRecord => {
        const step = from + index;
        return { type: "metrics", time: now + index / 1_000, step, values: { [name]: told(value(step)) } };
      }),
    );
  }
}

function told(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

export const chartOf = (page: Page, series: string): Locator =>
  page.getByRole("region", { name: `Chart of ${series}` });

/** How many pixels of this colour (a token's) a canvas has in its upper part, where only a spike comes to. */
export function colouredRows(chart: Locator, colour: readonly [number, number, number]): Promise<number[]> {
  return chart.locator("canvas").evaluate((canvas, [red, green, blue]) => {
    const element = canvas as HTMLCanvasElement;
    const { data, width, height } = element
      .getContext("2d")
      ?.getImageData(0, 0, element.width, element.height) ?? {
      data: new Uint8ClampedArray(),
      width: 0,
      height: 0,
    };
    const rows: number[] = [];
    for (let y = 0; y < height; y++) {
      for (let x = 60; x < width; x++) {
        const at = (y * width + x) * 4;
        const isIt =
          (data[at + 3] ?? 0) > 40 &&
          Math.abs((data[at] ?? 0) - red) < 40 &&
          Math.abs((data[at + 1] ?? 0) - green) < 40 &&
          Math.abs((data[at + 2] ?? 0) - blue) < 40;
        if (!isIt) continue;
        rows.push(y);
        break;
      }
    }
    return rows;
  }, colour);
}
