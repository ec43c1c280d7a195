/** Where a host keeps the telemetry of its runs. */
import { FileTelemetry } from "../store/telemetry/file-telemetry.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";

export function keptTelemetry(stateFolder: string, clock: Clock, logger?: Logger): TelemetryStore {
  return new FileTelemetry({ stateFolder, clock, ...(logger && { logger }) });
}
