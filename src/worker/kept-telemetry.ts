/** Where a host keeps the telemetry of its runs, how much of it, and how long every point. */
import { FileTelemetry } from "../store/telemetry/file-telemetry.ts";
import { DEFAULT_QUOTA, type TelemetryQuota } from "../store/telemetry/quota.ts";
import type { Retention } from "../store/telemetry/retention.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import type { Clock } from "../util/clock.ts";
import { LoopbookError } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";

const GB = 1024 ** 3;

export function keptTelemetry(stateFolder: string, clock: Clock, logger?: Logger): TelemetryStore {
  const limits = telemetryLimits(process.env);
  return new FileTelemetry({ stateFolder, clock, ...limits, ...(logger && { logger }) });
}

/** @throws LoopbookError `bad-setting`: a number is none. */
export function telemetryLimits(env: Readonly<Record<string, string | undefined>>): {
  readonly retention: Retention;
  readonly quota: TelemetryQuota;
} {
  const number = (name: string): number | undefined => {
    const text = env[name];
    if (text === undefined || text === "") return undefined;
    const value = Number(text);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new LoopbookError("bad-setting", `${name} is to be a number above 0, not ${text}.`);
  };
  const fullDays = number("LOOPBOOK_TELEMETRY_FULL_DAYS");
  const fullGb = number("LOOPBOOK_TELEMETRY_FULL_GB");
  const totalGb = number("LOOPBOOK_TELEMETRY_GB");
  return {
    retention: {
      ...(fullDays !== undefined && { fullDays }),
      ...(fullGb !== undefined && { fullBytes: fullGb * GB }),
    },
    quota: totalGb === undefined ? DEFAULT_QUOTA : { ...DEFAULT_QUOTA, totalBytes: totalGb * GB },
  };
}
