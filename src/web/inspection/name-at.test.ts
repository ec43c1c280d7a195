import { expect, test } from "vitest";
import { nameAt } from "./name-at.ts";

/** The place is where the bar is. */
const at = (marked: string): string | null => nameAt(marked.replace("|", ""), marked.indexOf("|"));

test.each([
  ["np.zer|os(3)", "np.zeros"],
  ["n|p.zeros(3)", "np"],
  ["|np.zeros(3)", "np"],
  ["np.zeros|(3)", "np.zeros"],
  ["np.|", "np"],
  ["x = 1\n  größe| = 2", "größe"],
  ["train(model|, 3)", "model"],
  ["train(model, |3)", "train"],
  ["train(model, 'a fi|le')", "train"],
])("%s asks about %s", (marked, name) => expect(at(marked)).toBe(name));

test.each(["", "|", "x = |", "'a wo|rd'", "# a wo|rd", "12|3", "for| x in y", "rows[0].na|me", "f(x).na|me"])(
  "%s asks about nothing",
  (marked) => expect(at(marked)).toBeNull(),
);
