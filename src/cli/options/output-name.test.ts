import { expect, test } from "vitest";
import { formatOutputName } from "./output-name.ts";

const builtIn = {
  run_uuid: "0b6e",
  current_datetime_local: new Date(2026, 10, 4, 5, 6, 7, 89),
  current_datetime_utc: new Date(2026, 10, 4, 5, 6, 7, 89),
};
const values = {
  lr: 0.05,
  tiny: 0.00001,
  big: 1234567,
  n: 7,
  flag: true,
  none: null,
  s: "ab",
  o: { k: [1, "x"] },
};

test.each([
  ["out.ipynb", "out.ipynb"],
  ["out_{lr}.ipynb", "out_0.05.ipynb"],
  ["{lr:.3f}", "0.050"],
  ["{lr:.1%}", "5.0%"],
  ["{n:04d}", "0007"],
  ["{n:+d}", "+7"],
  ["{big:,}", "1,234,567"],
  ["{big:.3g}", "1.23e+06"],
  ["{tiny}", "1e-05"],
  ["{flag}-{none}", "True-None"],
  ["{s!r}", "'ab'"],
  ["{s:>4}|{s:*^5}|{s:.1}", "  ab|*ab**|a"],
  ["{o[k][1]}", "x"],
  ["{o}", "{'k': [1, 'x']}"],
  ["{{lr}}", "{lr}"],
  ["{pm[run_uuid]}", "0b6e"],
  ["{pm[current_datetime_local]}", "2026-11-04 05:06:07.089000"],
  ["{pm[current_datetime_local]:%Y%m%d}", "20261104"],
])("%s becomes %s", (template, name) => expect(formatOutputName(template, values, builtIn)).toBe(name));

test("a missing parameter is named, with those there are", () => {
  expect(() => formatOutputName("out_{rl}.ipynb", { lr: 1 }, builtIn)).toThrow(
    "Missing parameter 'rl' for the name out_{rl}.ipynb. Given are: pm, lr.",
  );
});

test.each(["{", "}", "{}", "{lr"])("the broken template %s is explained", (template) => {
  expect(() => formatOutputName(template, values, builtIn)).toThrow(/template|single|cannot be read/);
});
