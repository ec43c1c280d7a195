/** Finds commands by what is typed of their names. Pure. */

/** Every word must occur; names that begin with the query come first. */
export function matchCommands<C extends { readonly label: string }>(
  commands: readonly C[],
  query: string,
): readonly C[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return commands;
  const words = wanted.split(/\s+/);
  return commands
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .map((command) => ({ command, rank: rankOf(command.label.toLowerCase(), wanted) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

function rankOf(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 0;
  if (label.startsWith(wanted.split(" ")[0] ?? wanted)) return 1;
  return label.includes(` ${wanted}`) ? 2 : 3;
}
