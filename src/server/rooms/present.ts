/** Who is in which room, for parts of the server that know no rooms. Rooms are loaded when somebody comes. */
import type { Party } from "../../people/party.ts";
import type { NotebookId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";

type Present = (id: NotebookId) => readonly Party[];

const byServer = new WeakMap<ServerContext, Present>();

export function tellPresent(context: ServerContext, present: Present): void {
  byServer.set(context, present);
}

/** Each party once, however many windows it has. */
export function presentIn(context: ServerContext, id: NotebookId): readonly Party[] {
  const parties = byServer.get(context)?.(id) ?? [];
  return [...new Map(parties.map((party) => [`${party.kind} ${party.who}`, party])).values()];
}
