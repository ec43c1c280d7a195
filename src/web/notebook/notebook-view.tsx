import { lazy, Suspense, useEffect, useRef } from "react";
import { folderTitleStore } from "../app/folder-title.ts";
import { readdress } from "../app/router.ts";
import { StatePage } from "../app/state-page.tsx";
import { EndedBanner } from "../run/ended-banner.tsx";
import { HoldBanner } from "../run/hold-banner.tsx";
import { Rail } from "../run/rail.tsx";
import { titleSign } from "../run/run-text.ts";
import { StateAnnouncer } from "../run/state-announcer.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { useView } from "../session/view.ts";
import { Banners } from "./banners.tsx";
import { CellList } from "./cell-list.tsx";
import { Dialogs } from "./dialogs.tsx";
import { NotebookHeader } from "./notebook-header.tsx";
import styles from "./notebook-view.module.css";
import { NoticeBar } from "./notice-bar.tsx";
import { usePage, useUi } from "./page-context.ts";
import { followAddress } from "./reader/reader-actions.ts";
import "./reader/reader.css";
import { contentsStore } from "./toc/contents-store.ts";
import { useFollow } from "./use-follow.ts";
import { useHeaderHeight } from "./use-header-height.ts";
import { useLanding } from "./use-landing.ts";
import { useNotebookKeys } from "./use-notebook-keys.ts";

const ReaderHeader = lazy(async () => ({
  default: (await import("./reader/reader-header.tsx")).ReaderHeader,
}));
const Contents = lazy(async () => ({ default: (await import("./toc/contents.tsx")).Contents }));

/** The control room: what goes on, what is asked, the notebook itself, and beside it parameters and events. */
export function NotebookView({ path: asked, onReopen }: { path: string; onReopen: () => void }) {
  const model = useModel();
  const path = usePath(asked);
  const loaded = useSession((state) => state.loaded);
  const connection = useSession((state) => state.connection);
  const panelOpen = useUi((ui) => ui.panelOpen);
  const panelHidden = useUi((ui) => ui.panelHidden);
  const contents = useStore(contentsStore);
  const isReader = useView((view) => view.isReader);
  const code = useView((view) => view.code);
  useEffect(followAddress, []);
  const header = useHeaderHeight();
  useNotebookKeys();
  useFollow();
  useLanding();
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
            ? "The server was started anew, or your link has expired or was taken back. Type `loopbook open` again, or ask whoever gave you the link."
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
          <Suspense fallback={<div className={styles.reading} />}>
            {isReader ? <ReaderHeader path={path} /> : <NotebookHeader path={path} />}
          </Suspense>
        </div>
        {!isReader && <HoldBanner />}
        {!isReader && <EndedBanner />}
        <Banners />
      </header>
      <div
        className={[
          styles.columns,
          panelOpen ? styles.withPanel : "",
          panelHidden ? styles.withoutPanel : "",
          contents ? styles.withContents : "",
        ].join(" ")}
        data-view={isReader ? "reader" : "work"}
        data-code={code}
      >
        {contents && <Suspense fallback={<div />}>{loaded ? <Contents /> : <div />}</Suspense>}
        <main className={styles.cells} aria-label="Notebook" data-notebook="">
          {loaded ? <CellList /> : <Loading />}
        </main>
        {!panelHidden && !isReader && <Rail />}
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

/** As the notebook is called now. When that changes the address bar follows, and the reader is told. */
function usePath(asked: string): string {
  const page = usePage();
  const path = useSession((state) => state.path);
  const before = useRef(path);
  useEffect(() => {
    const was = before.current;
    before.current = path;
    if (was === null || path === null || was === path) return;
    readdress({ page: "notebook", path });
    const { kernel } = page.model.state.get();
    const hasKernel = kernel.state !== "none" && kernel.state !== "dead";
    const stays = hasKernel && folderOf(was) !== folderOf(path);
    page.tell(
      `This notebook is ${path} now.${stays ? " Its kernel goes on in the folder that it was started in." : ""}`,
    );
  }, [path, page]);
  return path ?? asked;
}

const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");

function useWindowTitle(path: string): void {
  const folder = useStore(folderTitleStore);
  const sign = useSession(({ run, kernel }) => titleSign(run, kernel));
  const name = path.split("/").at(-1) ?? path;
  useEffect(() => {
    document.title = `${sign}${[name, folder].filter((part) => part !== "").join(" · ")}`;
  }, [sign, name, folder]);
}
