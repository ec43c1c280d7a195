/**
 * Who decides a question. Pure. Where people are named, these and nobody else, also when their link only lets them look
 * on: the question is what they were invited for. Where nobody is named, whoever may run things.
 */
import type { Party } from "../people/party.ts";
import type { AskedQuestion } from "../telemetry/facts.ts";
import { foldName } from "../util/fold-name.ts";

type Asked = Pick<AskedQuestion, "people">;

/** Whether the question leaves it to this person, whatever their rights. The verified `who` counts. */
export function isNamed({ people }: Asked, by: Pick<Party, "who" | "displayName">): boolean {
  if (people === undefined || people.length === 0) return true;
  return people.some((name) => foldName(name) === by.who || isOwner(name, by));
}

/** Whose machine it is holds the server's own token and is `local` to it: their name is what they call themselves. */
function isOwner(name: string, { who, displayName }: Pick<Party, "who" | "displayName">): boolean {
  return who === "local" && foldName(name) === foldName(displayName);
}

export function mayAnswer(
  asked: Asked,
  by: Pick<Party, "who" | "displayName">,
  rights: { readonly view: boolean; readonly execute: boolean },
): boolean {
  const named = (asked.people ?? []).length > 0;
  return rights.view && (named || rights.execute) && isNamed(asked, by);
}

/** One sentence for who may not. */
export function decidersText({ people }: Asked): string {
  const names = people ?? [];
  if (names.length === 0) return "Somebody who may run this notebook decides it.";
  if (names.length === 1) return `${names[0]} decides it.`;
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)} decides it.`;
}
