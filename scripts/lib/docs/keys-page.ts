/** `docs/guide/keys.md`: the keys of a notebook page, out of its commands. */
import { EDITOR_GESTURES, EDITOR_KEYS } from "../../../src/web/editor/editor-keys.ts";
import type { Command } from "../../../src/web/notebook/command.ts";
import { COMMANDS } from "../../../src/web/notebook/commands.ts";
import { QUESTION_KEYS } from "../../../src/web/questions/question-keys.ts";

const GROUPS: readonly Command["group"][] = ["Run", "Cells", "Move around", "View", "Kernel", "Page"];
const MODES = { command: "command", edit: "edit", any: "both" } as const;

const BEGINNING = `# Keys

Of a notebook's page, which has JupyterLab's two modes. In *command* mode a cell is selected and keys are commands; **Enter** goes to *edit* mode, in which they are text; **Esc** goes back. On a Mac the command key is Ctrl's. \`d d\` means twice in a second.

\`?\` shows this list in the page, Ctrl-Shift-C all commands, also those without a key. Single letters can be turned off there, for who dictates.

Keys that JupyterLab has and this page has otherwise: Shift-A and Shift-R answer a run's question (there: a heading above, outputs beside); a heading above is \`a\` and \`1\`.
`;

export function keysPage(): string {
  const groups = GROUPS.map((group) => {
    const rows = COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(
      ({ label, keys, mode }) => `| ${label.replace("…", "")} | ${keysText(keys)} | ${MODES[mode]} |`,
    );
    return `## ${group}\n\n| what | keys | mode |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  const editor = EDITOR_KEYS.map(({ label, keys }) => `| ${label} | ${keysText(keys)} |`);
  const questions = QUESTION_KEYS.map(({ label, keys }) => `| ${label} | ${keysText(keys)} |`);
  const gestures = EDITOR_GESTURES.map(([gesture, label]) => `| ${label} | ${gesture} |`);
  return `${[BEGINNING, ...groups].join("\n")}
## In a question

Where the focus is in its form; \`Shift+Q\` leads there. Letters are text in a field.

| what | keys |
|---|---|
${questions.join("\n")}

## In the editor

| what | keys |
|---|---|
${[...editor, ...gestures].join("\n")}

## Cells, by mouse and touch

| what | how |
|---|---|
| Select several | Shift and a click: up to there; Ctrl and a click: this one, too, or no longer |
| Move cells | drag the place beside a cell (touch: hold it first); a line shows where they go, Esc leaves them |
| Edit | a click into code, a double click into text |
`;
}

const keysText = (keys: readonly string[]): string =>
  keys.map((key) => `\`${key.replaceAll("|", "\\|").replaceAll("Arrow", "")}\``).join(" or ");
