import { useEffect } from "react";
import { folderTitleStore } from "../app/folder-title.ts";
import { StatePage } from "../app/state-page.tsx";
import { EndedBanner } from "../run/ended-banner.tsx";
import { HoldBanner } from "../run/hold-banner.tsx";
import { Rail } from "../run/rail.tsx";
import { titleSign } from "../run/run-text.ts";
import { StateAnnouncer } from "../run/state-announcer.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { Banners } from "./banners.tsx";
import { CellList } from "./cell-list.tsx";
import { Dialogs } from "./dialogs.tsx";
import { NotebookHeader } from "./notebook-header.tsx";
import styles from "./notebook-view.module.css";
import { NoticeBar } from "./notice-bar.tsx";
import { useUi } from "./page-context.ts";
import { useFollow } from "./use-follow.ts";
import { useHeaderHeight } from "./use-header-height.ts";
import { useNotebookKeys } from "./use-notebook-keys.ts";

/** The control room: what goes on, what is asked, the notebook itself, and beside it parameters and events. */
export function NotebookView({ path, onReopen }: { path: string; onReopen: () => void }) {
  const model = useModel();
  const loaded = useSession((state) => state.loaded);
  const connection = useSession((state) => state.connection);
  const panelOpen = useUi((ui) => ui.panelOpen);
  const header = useHeaderHeight();
  useNotebookKeys();
  useFollow();
  useWindowTitle(path);

  useEffect(() => {
    const retry = (): void => model.channel.retryNow();
    window.addEventListener("online", retry);
    window.addEventListener("focus", retry);
    return () => {
      window.removeEventListener("online", retry);
      window.removeEventListener("focus", retry);
    };
  }, [model]);

  if (connection === "no-such-notebook" || connection === "not-allowed") {
    return (
      <StatePage
        title={connection === "not-allowed" ? "You are signed out" : "This notebook was closed"}
        text={
          connection === "not-allowed"
            ? "The server was started anew. Type `loopbook open` again, or use the address that it printed."
            : "The server has let go of it. What you wrote is in its file."
        }
        action={{ label: "Open it again", run: onReopen }}
      />
    );
  }
  return (
    <>
      <header ref={header} className={styles.header}>
        <div className={styles.top}>
          <NotebookHeader path={path} />
        </div>
        <HoldBanner />
        <EndedBanner />
        <Banners />
      </header>
      <div className={`${styles.columns} ${panelOpen ? styles.withPanel : ""}`}>
        <main className={styles.cells} aria-label="Notebook" data-notebook="">
          {loaded ? <CellList /> : <Loading />}
        </main>
        <Rail />
      </div>
      <NoticeBar />
      <Dialogs />
      <StateAnnouncer />
    </>
  );
}

function Loading() {
  return (
    <div className={styles.loading} aria-busy="true">
      <span className="visually-hidden">The notebook is being opened.</span>
      <i />
      <i />
      <i />
    </div>
  );
}

function useWindowTitle(path: string): void {
  const folder = useStore(folderTitleStore);
  const sign = useSession(({ run, kernel }) => titleSign(run, kernel));
  const name = path.split("/").at(-1) ?? path;
  useEffect(() => {
    document.title = `${sign}${[name, folder].filter((part) => part !== "").join(" · ")}`;
  }, [sign, name, folder]);
}
