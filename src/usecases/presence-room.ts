/** Who has a notebook open here, for those who have it open another way (Jupyter's clients, another server). */
import type { Party } from "../people/party.ts";
import type { Unsubscribe } from "../util/emitter.ts";

export interface PresenceRoom {
  /** An awareness update of everybody; null: nobody is here. */
  everybody(): Uint8Array | null;
  /** Takes what somebody elsewhere says of where they are. @throws MalformedFrame */
  announce(owner: object, party: Party, update: Uint8Array): void;
  /** They left. */
  withdraw(owner: object): void;
  /** Whatever anybody here says. */
  onPresence(listener: (update: Uint8Array) => void): Unsubscribe;
}
