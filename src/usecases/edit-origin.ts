/** How a party's edits are marked in a document, so that its history knows who wrote them. */
import type { EditOrigin } from "../document/live-notebook.ts";
import { type Party, partyLabel } from "../people/party.ts";

/** @param type `remote`: they come from a connection; `person`: by a command. */
export function originOf(party: Party, type: "remote" | "person" = "person"): EditOrigin {
  return { type, label: partyLabel(party), displayName: party.displayName, kind: party.kind };
}
