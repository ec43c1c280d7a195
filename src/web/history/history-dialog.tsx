import { type KeyboardEvent, useMemo, useState } from "react";
import { CellId } from "../../util/ids.ts";
import { usePage, useUi } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useSession } from "../session/hooks.ts";
import { CompareView } from "./compare-view.tsx";
import styles from "./history.module.css";
import { HistoryList } from "./history-list.tsx";
import { NameVersion } from "./name-version.tsx";
import { type TimelineItem, timelineItems } from "./timeline-items.ts";
import { useHistory } from "./use-history.ts";
import { WhoWrote } from "./who-wrote.tsx";
import { WorkView } from "./work-view.tsx";

/** Who wrote what and when; how the notebook was; what changed since; the way back. */
export function HistoryDialog({ naming, onClose }: { naming: boolean; onClose: () => void }) {
  const page = usePage();
  const asked = useUi((ui) => ui.historyOf);
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
  const chosen = items.find(({ key }) => key === chosenKey) ?? items[0] ?? null;
  const choose = (item: TimelineItem): void => {
    setChosenKey(item.key);
    setListShown(false);
  };
  const go = (id: string): void => {
    onClose();
    page.select(CellId.of(id), { reveal: true });
  };
  const position = cell === null ? -1 : page.ids().indexOf(CellId.of(cell ?? ""));
  return (
    <Dialog title={cell === null ? "History" : `History of cell ${position + 1}`} onClose={onClose} full>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from what has the focus in it. */}
      <div className={`${styles.columns} ${isListShown ? "" : styles.one}`} onKeyDown={goToChange}>
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
          {problem !== null && (
            <p role="alert" className={styles.problem}>
              {problem}
            </p>
          )}
          {history !== null && items.length === 0 && (
            <p className={styles.nothing}>
              Nothing is recorded yet. Who writes what stands here from the first edit on, and versions around
              runs and merges.
            </p>
          )}
          <HistoryList items={items} chosen={chosen?.key ?? null} onChoose={choose} />
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
          {chosen?.type === "version" && history !== null && (
            <CompareView
              key={chosen.key}
              version={chosen.version}
              versions={history.versions}
              cell={cell}
              onChanged={reload}
            />
          )}
          {chosen?.type === "work" && <WorkView work={chosen} onRestored={reload} onGo={go} />}
        </div>
      </div>
    </Dialog>
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
