/** What a line typed in the player means. nbplayer's keys, and more. Pure. */

export type PlayerCommand =
  /** Empty line: run the cell and go to the next. */
  | { readonly type: "run" }
  | { readonly type: "go"; readonly to: Place }
  /** Run every cell from here to (and with) that one. */
  | { readonly type: "run-to"; readonly to: Place }
  | { readonly type: "code"; readonly source: string }
  | { readonly type: "shell"; readonly command: string }
  | { readonly type: "search"; readonly text: string }
  | { readonly type: "insert"; readonly kind: "code" | "markdown" }
  | { readonly type: "edit" | "delete" | "undo" | "redo" | "list" | "outputs" | "help" }
  | { readonly type: "quit" };

export type Place =
  | { readonly from: "start"; readonly number: number }
  | { readonly from: "here"; readonly by: number }
  | { readonly from: "end"; readonly number: number };

/** A line that begins with a space is always code, so that variables named `n` or `p` can be looked at. */
export function readLine(line: string): PlayerCommand {
  const text = line.trim();
  if (text === "") return { type: "run" };
  if (line.startsWith(" ") || line.startsWith("\t")) return { type: "code", source: dedent(line) };
  const place = readPlace(text);
  if (place !== null) return { type: "go", to: place };
  const runTo = /^run(?:\s+to)?\s+(\S+)$/.exec(text);
  const runPlace = runTo === null ? null : readPlace(runTo[1] ?? "");
  if (runPlace !== null) return { type: "run-to", to: runPlace };
  if (text === "run all") return { type: "run-to", to: { from: "end", number: 1 } };
  if (text.startsWith("!")) return { type: "shell", command: text.slice(1).trim() };
  if (text.startsWith("/")) return { type: "search", text: text.slice(1) };
  return WORDS.get(text) ?? { type: "code", source: line };
}

const WORDS: ReadonlyMap<string, PlayerCommand> = new Map<string, PlayerCommand>([
  ["n", { type: "go", to: { from: "here", by: 1 } }],
  ["p", { type: "go", to: { from: "here", by: -1 } }],
  ["e", { type: "edit" }],
  ["i", { type: "insert", kind: "code" }],
  ["i md", { type: "insert", kind: "markdown" }],
  ["d", { type: "delete" }],
  ["u", { type: "undo" }],
  ["U", { type: "redo" }],
  ["l", { type: "list" }],
  ["o", { type: "outputs" }],
  ["h", { type: "help" }],
  ["?", { type: "help" }],
  ["help", { type: "help" }],
  ["q", { type: "quit" }],
  ["quit", { type: "quit" }],
]);

function readPlace(text: string): Place | null {
  if (/^\d+$/.test(text)) return { from: "start", number: Number(text) };
  if (/^\+\d+$/.test(text)) return { from: "here", by: Number(text.slice(1)) };
  if (/^-\d+$/.test(text)) return { from: "here", by: Number(text) };
  if (/^--\d+$/.test(text)) return { from: "end", number: Number(text.slice(2)) };
  return null;
}

/** The index that a place means among `count` cells; one past the last is the end. Out of range is brought back in. */
export function indexOf(place: Place, here: number, count: number): number {
  const index =
    place.from === "start"
      ? place.number - 1
      : place.from === "here"
        ? here + place.by
        : count - place.number;
  return Math.max(0, Math.min(count, index));
}

/** Whether Python would ask for more lines. */
export function wantsMore(line: string): boolean {
  if (/[:\\]\s*$/.test(line) && !line.trim().startsWith("#")) return true;
  let depth = 0;
  for (const character of line.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*$/g, "")) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
  }
  return depth > 0;
}

function dedent(line: string): string {
  return line.trimStart();
}

export const helpText = `
  Enter        run this cell and go on            n   skip it          p   go back
  NUMBER       go to that cell                    +N  -N               that many on or back
  --N          the N-th from the end              /text                search
  run to N     run from here to cell N            run all              to the end
  any code     is run here, and not kept          !command             in a shell
  e            edit this cell in $EDITOR          i   i md             insert a cell after it
  d            delete it                          u   U                undo, redo
  o            its outputs again                  l                    list the cells
  q or Ctrl-D  leave: kernel, variables and place stay; come back with the same command
  Ctrl-C       interrupt the cell that runs       h                    this help
  A line that begins with a space is always code.
`;
