import { describe, expect, test } from "vitest";
import { readLevel } from "./read-level.ts";
import { readLine } from "./read-lines.ts";
import { jsonMetrics, pairReader, patternReader } from "./read-metrics.ts";

describe("the level of a line", () => {
  test.each([
    ["WARNING:root:low on memory", "warning"],
    ["2026-01-31 12:00:00,123 - trainer - ERROR - it broke", "error"],
    ["[12:00:01] INFO started", "info"],
    ["[error] no such file", "error"],
    ["E0131 12:00:00.123456 17 file.cc:3] bad", "error"],
    ['time=2026-01-31T12:00:00Z level=debug msg="x"', "debug"],
    ["CRITICAL - all is lost", "critical"],
    ["2026-01-31T12:00:00.1Z WARN app: slow", "warning"],
  ])("%s", (line, level) => {
    expect(readLevel(line)?.level).toBe(level);
  });

  test.each(["loss 0.3", "INFORMATION is power", "an ERROR rate of 3 %", "no errors", ""])(
    "%s says none",
    (line) => {
      expect(readLevel(line)).toBe(null);
    },
  );

  test("a structured log's line is read", () => {
    const line = '{"level":40,"name":"svc","msg":"slow","loss":0.5,"step":3}';
    expect(readLine(line, "stdout", { readers: [], jsonLines: true })).toEqual({
      fact: { type: "log", level: "warning", text: "slow", logger: "svc" },
      metrics: [{ values: { loss: 0.5 }, step: 3 }],
    });
  });
});

describe("metrics of a line", () => {
  test("by a pattern with names, and with Python's names", () => {
    for (const pattern of ["(?<step>\\d+): (?<loss>[\\d.]+)", "(?P<step>\\d+): (?P<loss>[\\d.]+)"])
      expect(patternReader(pattern)("iter 12: 0.5")).toEqual({ values: { loss: 0.5 }, step: 12 });
  });

  test("by a pattern without a name, named by the word before it", () => {
    expect(patternReader("loss=([\\d.]+)")("x loss=0.25 y")).toEqual({ values: { loss: 0.25 }, step: null });
    expect(patternReader("val_acc:\\s*(\\S+)%")("val_acc:  91%")?.values).toEqual({ val_acc: 91 });
  });

  test("a pattern without a group says how to write one", () => {
    for (const bad of ["loss", "([\\d.]+)", "loss=([)"]) expect(() => patternReader(bad)).toThrow(/--metric/);
  });

  test("as names and values", () => {
    expect(pairReader("Epoch 3/10 - loss: 1.5e-3 - acc=91% lr=1e-4 nan=nan")).toEqual({
      values: { loss: 0.0015, acc: 91, lr: 1e-4, nan: Number.NaN, epoch: 3 },
      step: 3,
    });
    expect(pairReader("step=7 grad: -inf")).toEqual({ values: { grad: -Infinity }, step: 7 });
  });

  test.each(["12:30:01 started", "http://host:8080/x", "version: 1.2.3", "file.py:12: error", "epoch 3"])(
    "%s has none",
    (line) => {
      expect(pairReader(line)).toBe(null);
    },
  );

  test("of JSON, also what it has no number for", () => {
    expect(jsonMetrics({ epoch: 2, val: { loss: "NaN", f1: 0.5 }, note: "x", timestamp: 17 })).toEqual({
      values: { epoch: 2, "val/loss": Number.NaN, "val/f1": 0.5 },
      step: 2,
    });
    expect(jsonMetrics({ note: "x" })).toBe(null);
  });
});
