import type { CellId } from "../../util/ids.ts";
import { PartyMark } from "../parts/party-mark.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { useStore } from "../session/store.ts";
import { usePage } from "./page-context.ts";
import styles from "./presence-bar.module.css";

const SHOWN = 4;

/** Everybody who has the notebook open, oneself first; a click goes to where they are. */
export function PresenceBar() {
  const model = useModel();
  const page = usePage();
  const you = useSession((state) => state.you);
  const others = useStore(model.presence.others);
  const pipeline = useSession(
    ({ run }) => (isLive(run) ? { name: run.name, cellId: run.currentCell } : null),
    (a, b) => a?.name === b?.name && a?.cellId === b?.cellId,
  );
  const goTo = (cellId: string | null) => () => {
    const id = model.cellIds().find((known) => known === cellId);
    if (id === undefined) return;
    page.select(id, { reveal: true });
  };
  const place = (cellId: string | null): string => {
    const at = model.cellIds().indexOf(cellId as CellId);
    return at === -1 ? "here" : `in cell ${at + 1}`;
  };
  if (!you) return null;
  return (
    <ul className={styles.bar} aria-label="Here now">
      <li>
        <PartyMark party={you} doing="you" />
      </li>
      {others.slice(0, SHOWN).map((other) => (
        <li key={other.clientId}>
          <button type="button" className={styles.go} onClick={goTo(other.cellId)}>
            <PartyMark
              party={other.party}
              doing={`${place(other.cellId)}${other.mode === "editing" ? ", typing" : ""}`}
            />
          </button>
        </li>
      ))}
      {others.length > SHOWN && <li className={styles.more}>+{others.length - SHOWN}</li>}
      {pipeline && (
        <li>
          <button type="button" className={styles.go} onClick={goTo(pipeline.cellId)}>
            <PartyMark
              party={{ kind: "pipeline", displayName: pipeline.name }}
              doing={pipeline.cellId === null ? "the pipeline" : `writes ${place(pipeline.cellId)}`}
            />
          </button>
        </li>
      )}
    </ul>
  );
}
