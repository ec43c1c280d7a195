/** Every command of a notebook page: its name, its keys, what it does. Buttons, keys, palette and help read this. */
import { CELL_COMMANDS } from "./cell-commands.ts";
import { type Command, refusalFor } from "./command.ts";
import type { NotebookController } from "./controller.ts";
import { FOLD_COMMANDS } from "./folding/fold-commands.ts";
import { KERNEL_COMMANDS, MOVE_COMMANDS, PAGE_COMMANDS, PLACE_COMMANDS } from "./page-commands.ts";
import { RUN_COMMANDS } from "./run-commands.ts";
import { SELECT_COMMANDS } from "./select-commands.ts";
import { VIEW_COMMANDS } from "./view-commands.ts";

export type { Command } from "./command.ts";

const needing = (needs: NonNullable<Command["needs"]>, commands: readonly Command[]): readonly Command[] =>
  commands.map((command) => ({ needs, ...command }));

export const COMMANDS: readonly Command[] = [
  ...needing("execute", RUN_COMMANDS),
  ...needing(
    "edit",
    CELL_COMMANDS.filter(({ id }) => id !== "copy"),
  ),
  ...CELL_COMMANDS.filter(({ id }) => id === "copy"),
  ...MOVE_COMMANDS,
  ...PLACE_COMMANDS,
  ...FOLD_COMMANDS,
  ...SELECT_COMMANDS,
  ...VIEW_COMMANDS,
  ...needing("execute", KERNEL_COMMANDS),
  ...PAGE_COMMANDS,
];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

export function keysOf(id: string): string | undefined {
  return byId.get(id)?.keys[0];
}

export function runCommand(page: NotebookController, id: string): void {
  const command = byId.get(id);
  if (command) perform(page, command);
}

/** Whether it is offered: who may not is not led to it. */
export function isOffered(page: NotebookController, command: Command): boolean {
  return refusalFor(page, command) === null && (command.possible?.(page) ?? true);
}

/** Does it, or says why this reader may not. False: it means nothing now. */
export function perform(page: NotebookController, command: Command): boolean {
  if (!(command.possible?.(page) ?? true)) return false;
  const refusal = refusalFor(page, command);
  if (refusal === null) command.run(page);
  else page.tell(refusal);
  return true;
}

/** Keys → command for one mode. */
export function bindings(mode: "command" | "edit"): ReadonlyMap<string, Command> {
  const map = new Map<string, Command>();
  for (const command of COMMANDS) {
    if (command.mode !== "any" && command.mode !== mode) continue;
    for (const keys of command.keys) map.set(keys, command);
  }
  return map;
}
