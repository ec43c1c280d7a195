import { lazy, Suspense } from "react";
import type { CellId } from "../../util/ids.ts";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { PartyMark } from "../parts/party-mark.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import type { Present } from "../session/presence.ts";
import { isLive } from "../session/session-state.ts";
import { useStore } from "../session/store.ts";
import { usePage, useUi } from "./page-context.ts";
import styles from "./presence-bar.module.css";

const SHOWN = 4;

// Who is alone neither follows nor is followed.
const PresenceTogether = lazy(async () => ({
  default: (await import("./presence-together.tsx")).PresenceTogether,
}));

/**
 * Everybody who has the notebook open, oneself first: people round, pipelines square, each with its cell. A press goes
 * there; the list behind them follows somebody, too.
 */
export function PresenceBar() {
  const model = useModel();
  const page = usePage();
  const you = useSession((state) => state.you);
  const others = useStore(model.presence.others);
  const followed = useUi((ui) => ui.followed);
  const pipeline = useSession(
    ({ run }) =>
      isLive(run) ? { name: run.name, cellId: run.currentCell, held: run.status === "held" } : null,
    (a, b) => a?.name === b?.name && a?.cellId === b?.cellId && a?.held === b?.held,
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
  const doing = (other: Present): string =>
    `${other.mode === "editing" ? "writes" : "reads"} ${place(other.cellId)}`;
  if (!you) return null;
  const items = (): (readonly MenuItem[])[] => [
    ...others.map((other): readonly MenuItem[] => [
      { label: `${other.party.displayName} ${doing(other)}`, onSelect: goTo(other.cellId) },
      {
        label: `Follow ${other.party.displayName}`,
        checked: followed === other.clientId,
        onSelect: () => page.followPage(followed === other.clientId ? null : other.clientId),
      },
    ]),
    pipeline === null
      ? []
      : [
          { label: `${pipeline.name} ${pipelineDoing(pipeline, place)}`, onSelect: goTo(pipeline.cellId) },
          { label: `Stay with ${pipeline.name}`, onSelect: () => page.follow(true) },
        ],
  ];
  return (
    <>
      <ul className={styles.bar} aria-label="Here now">
        <li>
          <PartyMark party={you} doing="you" />
        </li>
        {others.slice(0, SHOWN).map((other) => (
          <li key={other.clientId}>
            <button
              type="button"
              className={`${styles.go} ${followed === other.clientId ? styles.followed : ""}`}
              onClick={goTo(other.cellId)}
            >
              <PartyMark party={other.party} doing={doing(other)} />
            </button>
          </li>
        ))}
        {pipeline && (
          <li>
            <button type="button" className={styles.go} onClick={goTo(pipeline.cellId)}>
              <PartyMark
                party={{ kind: "pipeline", displayName: pipeline.name }}
                doing={pipelineDoing(pipeline, place)}
              />
            </button>
          </li>
        )}
        {(others.length > 0 || pipeline !== null) && (
          <li>
            <Menu label="Who is here" className={styles.more} groups={items()}>
              {others.length > SHOWN ? `+${others.length - SHOWN}` : "▾"}
            </Menu>
          </li>
        )}
      </ul>
      {(others.length > 0 || followed !== null) && (
        <Suspense fallback={null}>
          <PresenceTogether />
        </Suspense>
      )}
    </>
  );
}

function pipelineDoing(
  { cellId, held }: { readonly cellId: CellId | null; readonly held: boolean },
  place: (cellId: string | null) => string,
): string {
  if (cellId === null) return "the pipeline";
  return held ? `waits ${place(cellId)}` : `writes ${place(cellId)}`;
}
