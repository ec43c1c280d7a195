/** What the kernel knows of a name, as text; the hint at the cursor, the variables and the documentation show it. */
import type { Answer, InspectionResult } from "../session/channel.ts";
import { stripAnsi } from "../text/ansi.ts";

/** Text alone, without the colours of a terminal: whatever a docstring says stays a text. */
export function inspectedText(answer: Answer<InspectionResult>): string {
  if (!answer.ok) return answer.message;
  return answer.value.found
    ? stripAnsi(String(answer.value.data["text/plain"] ?? "")).trim()
    : "The kernel knows nothing of this name.";
}
