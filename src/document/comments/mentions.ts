/** `@name` in a comment: whom it names, of the people who were here. Pure. */

export interface Mentionable {
  /** Their verified name. */
  readonly who: string;
  readonly displayName: string;
}

/** What follows the `@`: a name in small letters, its words joined by hyphens. `Ben Okri` → `ben-okri`. */
export function handleOf({ displayName, who }: Mentionable): string {
  const handle = displayName
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return handle === "" ? who : handle;
}

/** A mention begins a word: `ana@lab` names nobody. */
const MENTION = /(?<![\p{L}\p{N}@/.-])@([\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)/gu;

export interface Mention {
  /** Where it stands, with its `@`. */
  readonly from: number;
  readonly to: number;
  readonly person: Mentionable;
}

/** In the order in which they stand. Names of nobody are text. */
export function mentionsIn(text: string, people: readonly Mentionable[]): readonly Mention[] {
  const byHandle = new Map<string, Mentionable>();
  for (const person of people) {
    byHandle.set(person.who.toLowerCase(), person);
    byHandle.set(handleOf(person), person);
  }
  return [...text.matchAll(MENTION)].flatMap((match): Mention[] => {
    const person = byHandle.get((match[1] ?? "").normalize("NFKC").toLowerCase());
    return person === undefined ? [] : [{ from: match.index, to: match.index + match[0].length, person }];
  });
}

/** Whom a text names, each once. */
export function mentioned(text: string, people: readonly Mentionable[]): readonly string[] {
  return [...new Set(mentionsIn(text, people).map(({ person }) => person.who))];
}

/** What is being typed before the cursor, if it is a mention; `at` is where its `@` stands. */
export function typedMention(
  text: string,
  cursor: number,
): { readonly at: number; readonly name: string } | null {
  const found = /(?:^|[\s(])@([\p{L}\p{N}-]*)$/u.exec(text.slice(0, cursor));
  if (found === null) return null;
  const name = found[1] ?? "";
  return { at: cursor - name.length - 1, name: name.toLowerCase() };
}
