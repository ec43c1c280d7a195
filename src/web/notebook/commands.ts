/** Every command of a notebook page: its name, its keys, what it does. Buttons, keys, palette and help read this. */
import { CELL_COMMANDS } from "./cell-commands.ts";
import type { Command } from "./command.ts";
import type { NotebookController } from "./controller.ts";
import { KERNEL_COMMANDS, MOVE_COMMANDS, PAGE_COMMANDS } from "./page-commands.ts";
import { RUN_COMMANDS } from "./run-commands.ts";

export type { Command } from "./command.ts";

export const COMMANDS: readonly Command[] = [
  ...RUN_COMMANDS,
  ...CELL_COMMANDS,
  ...MOVE_COMMANDS,
  ...KERNEL_COMMANDS,
  ...PAGE_COMMANDS,
];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

export function keysOf(id: string): string | undefined {
  return byId.get(id)?.keys[0];
}

export function runCommand(page: NotebookController, id: string): void {
  const command = byId.get(id);
  if (command && (command.possible?.(page) ?? true)) command.run(page);
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
