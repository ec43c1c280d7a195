/** Two letters for a round or square mark. Pure. */

/** `Ana Alves` → `AA`, `Ana` → `AN`, `train-digits` → `td` (a pipeline's are lower case, as its name is). */
export function initials(displayName: string, kind: "person" | "pipeline"): string {
  const words = displayName.split(/[\s._\-/]+/).filter((word) => word !== "");
  const [first = "", second] = words;
  const letters =
    second === undefined ? [...first].slice(0, 2).join("") : `${[...first][0]}${[...second][0]}`;
  if (letters === "") return "?";
  return kind === "person" ? letters.toUpperCase() : letters.toLowerCase();
}
