/** What a new notebook may begin with, beside notebooks of the folder `templates`. */
export const TEMPLATES = [
  { id: "empty", label: "Nothing" },
  { id: "pipeline", label: "A pipeline with parameters" },
  { id: "evaluation", label: "An evaluation that waits for you" },
] as const;
