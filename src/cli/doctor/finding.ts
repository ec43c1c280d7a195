export interface Finding {
  /** `warning`: something is missing that one can do without. */
  readonly state: "works" | "warning" | "broken";
  readonly what: string;
  readonly found: string;
  /** What to do about it. */
  readonly advice: string | null;
}

export const works = (what: string, found: string): Finding => ({
  state: "works",
  what,
  found,
  advice: null,
});
export const warning = (what: string, found: string, advice: string): Finding => ({
  state: "warning",
  what,
  found,
  advice,
});
export const broken = (what: string, found: string, advice: string): Finding => ({
  state: "broken",
  what,
  found,
  advice,
});
