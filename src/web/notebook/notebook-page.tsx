import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { StatePage } from "../app/state-page.tsx";
import { loadGrammar } from "../editor/highlight.ts";
import { alonePlace } from "../outputs/tools/alone-address.ts";
import { answerOf, api } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import { openChannel, requestsOf } from "../session/connect.ts";
import { ModelContext } from "../session/hooks.ts";
import { NotebookModel } from "../session/notebook-model.ts";
import { loadClipboard } from "./cell-actions.ts";
import { loadRearrange } from "./cell-commands.ts";
import { loadDrag } from "./cell-gutter.tsx";
import { NotebookController } from "./controller.ts";
import { prefetchDialogs } from "./dialogs.tsx";
import { loadEditor } from "./editable-source.tsx";
import { NotebookView } from "./notebook-view.tsx";
import { PageContext } from "./page-context.ts";

const OutputAlone = lazy(async () => ({
  default: (await import("../outputs/tools/output-alone.tsx")).OutputAlone,
}));

interface Opened {
  readonly model: NotebookModel;
  readonly page: NotebookController;
}

/** Opens the notebook of an address and shows it, or says why it cannot. */
export function NotebookPage({ path }: { path: string }) {
  const [opened, setOpened] = useState<Answer<Opened> | null>(null);
  const [attempt, setAttempt] = useState(0);
  /** As it was called last: it may have moved since the page was opened. */
  const lastPath = useRef(path);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the same effect again.
  useEffect(() => {
    let wanted = true;
    let own: Opened | null = null;
    loadGrammar().catch(() => undefined);
    void answerOf(api.openNotebook({ path: lastPath.current })).then((answer) => {
      if (!wanted) return;
      if (!answer.ok) return setOpened(answer);
      const model = new NotebookModel(
        answer.value.id,
        openChannel(answer.value.id),
        requestsOf(answer.value.id),
      );
      model.state.subscribe(() => {
        lastPath.current = model.state.get().path ?? lastPath.current;
      });
      own = { model, page: new NotebookController(model) };
      setOpened({ ok: true, value: own });
      prefetch(own.page);
    });
    return () => {
      wanted = false;
      own?.page.close();
      own?.model.close();
      setOpened(null);
    };
  }, [path, attempt]);

  const alone = alonePlace(window.location.search);
  if (opened === null) return <div aria-busy="true" />;
  if (!opened.ok) {
    return (
      <StatePage
        title={
          opened.code === "server-unreachable"
            ? "The server does not answer"
            : "This notebook cannot be opened"
        }
        text={opened.message}
        action={{ label: "Try again", run: () => setAttempt(attempt + 1) }}
      />
    );
  }
  return (
    <ModelContext.Provider value={opened.value.model}>
      <PageContext.Provider value={opened.value.page}>
        {alone === null ? (
          <NotebookView path={lastPath.current} onReopen={() => setAttempt(attempt + 1)} />
        ) : (
          <Suspense fallback={<div aria-busy="true" />}>
            <OutputAlone path={lastPath.current} place={alone} />
          </Suspense>
        )}
      </PageContext.Provider>
    </ModelContext.Provider>
  );
}

/** Fetches what the first edit and the first question need, when the page has nothing else to do. */
function prefetch(page: NotebookController): void {
  const later = window.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1500));
  later(
    () =>
      void Promise.all([loadEditor(), prefetchDialogs(), loadClipboard(), loadDrag(), loadRearrange()]).catch(
        () => undefined,
      ),
  );
  later(() => void loadComments(page).catch(() => undefined));
}

/** What people say is marked at the cells and what is asked is shown as soon as it is known, and how a run ended is told at once; nobody waits for it. */
async function loadComments(page: NotebookController): Promise<void> {
  const [{ commentsOf }, { questionsOf }] = await Promise.all([
    import("../comments/comments-model.ts"),
    import("../questions/questions-model.ts"),
    // Asked for when a run ends or waits, which may be when the server is busy or gone.
    import("../run/run-ended.tsx"),
    import("../run/run-held.tsx"),
  ]);
  commentsOf(page);
  questionsOf(page);
}
