import type { Party } from "../session/types.ts";
import { initials } from "../text/names.ts";
import styles from "./party-mark.module.css";

interface PartyMarkProps {
  readonly party: Pick<Party, "kind" | "displayName">;
  /** What they do here: "in cell 6". Joined to the name for tooltip and screen readers. */
  readonly doing?: string;
  readonly small?: boolean;
}

/** People are round and blue, pipelines square and green, everywhere. */
export function PartyMark({ party, doing, small }: PartyMarkProps) {
  const label = doing === undefined ? party.displayName : `${party.displayName}, ${doing}`;
  return (
    <span
      className={`${styles.mark} ${party.kind === "person" ? styles.person : styles.pipeline} ${small ? styles.small : ""}`}
      role="img"
      aria-label={label}
      title={label}
    >
      <span aria-hidden="true">{initials(party.displayName, party.kind)}</span>
    </span>
  );
}
