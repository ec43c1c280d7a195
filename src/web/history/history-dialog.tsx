import { type KeyboardEvent, useMemo, useState } from "react";
import { CellId } from "../../util/ids.ts";
import { usePage, useUi } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useSession } from "../session/hooks.ts";
import { CompareView } from "./compare-view.tsx";
import { CompareWith } from "./compare-with.tsx";
import styles from "./history.module.css";
import { HistoryList } from "./history-list.tsx";
import { NameVersion } from "./name-version.tsx";
import { type TimelineItem, timelineItems } from "./timeline-items.ts";
import { useGit } from "./use-git.ts";
import { useHistory } from "./use-history.ts";
import { WhoWrote } from "./who-wrote.tsx";
import { WorkView } from "./work-view.tsx";

/** Who wrote what and when; how the notebook was; what changed since; the way back. */
export function HistoryDialog({ naming, onClose }: { naming: boolean; onClose: () => void }) {
  const page = usePage();
  const asked = useUi((ui) => ui.historyOf);
  const at = useUi((ui) => ui.historyAt);
  const [cell, setCell] = useState<string | null>(asked);
  const { edit } = useSession((state) => state.rights);
  const { history, problem, reload, readMore } = useHistory(cell);
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  /** On a narrow page, where there is room for one of the two. */
  const [isListShown, setListShown] = useState(true);
  const items = useMemo(
    () => (history === null ? [] : timelineItems(history.entries, history.versions)),
    [history],
  );
  // Work grows, and its key with it; where it is gone, the newest is shown.
  const chosen = items.find(({ key }) => key === chosenKey) ?? itemAt(items, at) ?? null;
  const git = useGit();
  const isGit = chosenKey === GIT && git?.type === "head";
  const lastRun = history?.versions.find(({ reason }) => reason === "after-run") ?? null;
  const compareWith = (key: string): void => {
    setChosenKey(key);
    setListShown(false);
  };
  const choose = (item: TimelineItem): void => {
    setChosenKey(item.key);
    setListShown(false);
  };
  const go = (id: string): void => {
    onClose();
    page.select(CellId.of(id), { reveal: true });
  };
  const isEmpty = history !== null && items.length === 0 && !isGit;
  const position = cell === null ? -1 : page.ids().indexOf(CellId.of(cell ?? ""));
  return (
    <Dialog title={cell === null ? "History" : `History of cell ${position + 1}`} onClose={onClose} full>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from what has the focus in it. */}
      <div
        className={`${styles.columns} ${isListShown && !isEmpty ? "" : styles.one} ${isEmpty ? styles.empty : ""}`}
        onKeyDown={goToChange}
      >
        <div className={styles.side}>
          {edit && cell === null && (
            <NameVersion
              autoFocus={naming}
              onNamed={(id) => {
                setChosenKey(`v${id}`);
                reload();
              }}
            />
          )}
          {cell !== null && <WhoWrote entries={history?.entries ?? null} onAll={() => setCell(null)} />}
          <CompareWith
            git={git}
            isGit={isGit}
            lastRun={lastRun !== null && chosenKey === `v${lastRun.id}`}
            onGit={() => compareWith(GIT)}
            onLastRun={lastRun === null ? null : () => compareWith(`v${lastRun.id}`)}
          />
          {problem !== null && (
            <p role="alert" className={styles.problem}>
              {problem}
            </p>
          )}
          {history === null && problem === null && (
            <p role="status" className={styles.nothing}>
              Reading the history…
            </p>
          )}
          <HistoryList items={items} chosen={isGit ? null : (chosen?.key ?? null)} onChoose={choose} />
          {history?.more && (
            <Button look="quiet" onClick={readMore}>
              Older ones
            </Button>
          )}
        </div>
        <div className={styles.main}>
          <Button look="quiet" className={styles.back} onClick={() => setListShown(true)}>
            ‹ All of the history
          </Button>
          {isGit && (
            <CompareView
              key={GIT}
              version={{ git }}
              versions={history?.versions ?? []}
              cell={cell}
              onChanged={reload}
            />
          )}
          {isEmpty && <Nothing />}
          {!isGit && chosen?.type === "version" && history !== null && (
            <CompareView
              key={chosen.key}
              version={chosen.version}
              versions={history.versions}
              cell={cell}
              onChanged={reload}
            />
          )}
          {!isGit && chosen?.type === "work" && <WorkView work={chosen} onRestored={reload} onGo={go} />}
        </div>
      </div>
    </Dialog>
  );
}

const GIT = "git";

/** What the notebook was at a moment: the version that was kept last before it. Without one: the newest. */
function itemAt(items: readonly TimelineItem[], atMs: number | null): TimelineItem | undefined {
  if (atMs === null) return items[0];
  const versions = items.filter(({ type }) => type === "version");
  return versions.find((item) => item.atMs <= atMs) ?? versions.at(-1) ?? items[0];
}

/** What will be here, where nothing is. */
function Nothing() {
  return (
    <div className={styles.blank}>
      <h3>Nothing is recorded yet</h3>
      <p>
        From the first edit on, this is where it stands who wrote what. The notebook is kept as it was opened,
        and again around runs, merges and restores; each of these versions can be compared with now, and
        brought back.
      </p>
    </div>
  );
}

/** `n` and `p`: from one change of a comparison to the next. */
function goToChange(event: KeyboardEvent<HTMLElement>): void {
  const { target, key, currentTarget } = event;
  const types = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (types || event.ctrlKey || event.altKey || event.metaKey || (key !== "n" && key !== "p")) return;
  const all = [...currentTarget.querySelectorAll<HTMLElement>("[data-change]")];
  const at = all.findIndex((element) => element.contains(document.activeElement));
  const next = all[at === -1 ? 0 : at + (key === "n" ? 1 : -1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}
