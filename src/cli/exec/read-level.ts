/** What a printed line says of its own weight: by the forms that loggers of many languages print. Pure. */
import type { LogLevel } from "../../telemetry/facts.ts";
import type { JsonObject } from "../../util/json.ts";

export interface ReadLog {
  readonly level: LogLevel;
  readonly text: string;
  readonly logger?: string;
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  notice: "info",
  warn: "warning",
  warning: "warning",
  err: "error",
  error: "error",
  severe: "error",
  critical: "critical",
  fatal: "critical",
  panic: "critical",
};
const WORD = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|PANIC";
/** `2026-01-31 12:00:00,123 - name - ERROR - …`, `[12:00:00] WARNING …`, `INFO:root:…`, `[error] …` */
const TIME = String.raw`\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]?)?(?:\d\d:\d\d:\d\d[.,\d]*)?(?:Z|[+-]\d\d:?\d\d)?\]?`;
const PREFIX = new RegExp(
  String.raw`^${TIME}[\s|:-]*(?:([\w.]+)\s+[-|:]\s+)?(?:\[\s*(${WORD})\s*\]|(${WORD})(?=[\s:|\]-]|$)|\[(trace|debug|info|notice|warn|warning|err|error|critical|fatal)\])`,
);
const LOGFMT = /(?:^|\s)(?:level|lvl|severity)=["']?(\w+)/i;
/** glog and klog: `E0131 12:00:00.123456 …` */
const GLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ /;
const GLOG_LEVELS: Readonly<Record<string, LogLevel>> = {
  I: "info",
  W: "warning",
  E: "error",
  F: "critical",
};

/** Null: the line does not say. */
export function readLevel(line: string): ReadLog | null {
  const text = line.slice(0, 300);
  const prefix = PREFIX.exec(text);
  if (prefix) {
    const level = levelNamed(prefix[2] ?? prefix[3] ?? prefix[4]);
    if (level) return { level, text: line, ...(prefix[1] && { logger: prefix[1] }) };
  }
  const glog = GLOG_LEVELS[GLOG.exec(text)?.[1] ?? ""];
  if (glog) return { level: glog, text: line };
  const logfmt = levelNamed(LOGFMT.exec(text)?.[1]);
  return logfmt ? { level: logfmt, text: line } : null;
}

/** A structured log's line: bunyan's and pino's numbers, structlog's, zap's, Google's `severity`. */
export function readJsonLevel(object: JsonObject): ReadLog | null {
  const level = levelNamed(object.level ?? object.levelname ?? object.severity ?? object.lvl);
  const text = object.message ?? object.msg ?? object.event;
  if (level === null || typeof text !== "string") return null;
  const logger = object.logger ?? object.name;
  return { level, text, ...(typeof logger === "string" && { logger }) };
}

function levelNamed(word: unknown): LogLevel | null {
  if (typeof word === "number")
    return word >= 60
      ? "critical"
      : word >= 50
        ? "error"
        : word >= 40
          ? "warning"
          : word >= 30
            ? "info"
            : "debug";
  return typeof word === "string" ? (LEVELS[word.toLowerCase()] ?? null) : null;
}
