import { useEffect, useMemo, useState } from "react";
import type { VersionView } from "../../api/history.ts";
import { type CellDiff, diffNotebooks, isSame, withoutOutputs } from "../../nbformat/merge/diff-notebooks.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { answerOf } from "../session/api.ts";
import { useSession } from "../session/hooks.ts";
import { CellDiffView, KeyChanges } from "./cell-diff-view.tsx";
import styles from "./compare.module.css";
import type { GitHeadView } from "./git-title.ts";
import { gitTitle } from "./git-title.ts";
import { clientOf, notebookNow, restoreVersion } from "./history-actions.ts";
import { NameVersion } from "./name-version.tsx";
import { versionTitle } from "./timeline-items.ts";

interface CompareViewProps {
  /** A version of the history, or the notebook as git's last commit has it. */
  readonly version: VersionView | { readonly git: GitHeadView };
  readonly versions: readonly VersionView[];
  /** Only this cell is shown. */
  readonly cell: string | null;
  /** Something was brought back or named: the list is another. */
  readonly onChanged: () => void;
}

interface Loaded {
  readonly before: Notebook;
  /** Null: as it is on this page, also when that changes. */
  readonly after: Notebook | null;
}

/** What changed between a version and now (or another one), cell by cell, and the way back. */
export function CompareView({ version: given, versions, cell, onChanged }: CompareViewProps) {
  const page = usePage();
  const version = "git" in given ? null : given;
  const name = version === null ? "git" : String(version.id);
  const title = "git" in given ? gitTitle(given.git) : versionTitle(given);
  const { edit } = useSession((state) => state.rights);
  const [other, setOther] = useState("now");
  const [outputs, setOutputs] = useState(version?.reason === "after-run");
  const [sideBySide, setSideBySide] = useState(() => matchMedia("(min-width: 1000px)").matches);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const changes = useChanges();
  // Big outputs are whole on the server only.
  const whole = outputs && other === "now" ? changes : 0;
  const lastRun = versions.find(({ reason }) => reason === "after-run")?.id ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is on the server changes under us, too.
  useEffect(() => {
    let wanted = true;
    const read = async (name: string): Promise<Notebook> =>
      (await clientOf(page).notebook(name, { outputs })).notebook;
    const both = Promise.all([read(name), other === "now" && !outputs ? null : read(other)]);
    both.then(
      ([before, after]) => {
        if (!wanted) return;
        setLoaded({ before, after });
        setProblem(null);
      },
      (error: unknown) => {
        if (wanted) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [page, name, other, outputs, whole]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is compared with changes under us.
  const compared = useMemo(() => {
    if (loaded === null) return null;
    const { before } = loaded;
    const after = loaded.after ?? notebookNow(page);
    const diff = outputs
      ? diffNotebooks(before, after)
      : diffNotebooks(withoutOutputs(before), withoutOutputs(after));
    return { diff, before: sourcesOf(before), after: sourcesOf(after) };
  }, [loaded, page, outputs, changes]);
  const diff = compared?.diff ?? null;
  const shown = diff?.cells.filter(({ id }) => cell === null || id === cell) ?? [];

  const restore = async (only: readonly string[] | null): Promise<void> => {
    setBusy(true);
    const done = await restoreVersion(page, { version: name, title, cells: only, outputs });
    setBusy(false);
    if (done) onChanged();
  };

  const unname = async (): Promise<void> => {
    if (version === null) return;
    const answer = await answerOf(clientOf(page).renameVersion(version.id, { name: null }));
    if (answer.ok) onChanged();
    else setProblem(answer.message);
  };

  return (
    <div>
      <div className={styles.bar}>
        <h3 className={styles.title}>{title}</h3>
        <label className={styles.pick}>
          compared with{" "}
          <select value={other} onChange={(event) => setOther(event.target.value)}>
            <option value="now">now</option>
            <option value="file">the file on disk</option>
            {version !== null && <option value="git">git’s last commit</option>}
            {lastRun !== null && lastRun !== version?.id && (
              <option value={String(lastRun)}>the end of the last run</option>
            )}
            {versions
              .filter(({ id }) => id !== version?.id && id !== lastRun)
              .map((one) => (
                <option key={one.id} value={String(one.id)}>
                  {one.id}: {versionTitle(one)}
                </option>
              ))}
          </select>
        </label>
        <label className={styles.pick}>
          <input type="checkbox" checked={outputs} onChange={(event) => setOutputs(event.target.checked)} />{" "}
          with outputs
        </label>
        <label className={styles.pick}>
          <input
            type="checkbox"
            checked={sideBySide}
            onChange={(event) => setSideBySide(event.target.checked)}
          />{" "}
          side by side
        </label>
        <span className={styles.grow} />
        {edit && version !== null && version.name !== null && (
          <Button look="quiet" disabled={isBusy} onClick={() => void unname()}>
            Take the name away
          </Button>
        )}
        {edit && cell === null && (
          <Button look="go" disabled={isBusy || loaded === null} onClick={() => void restore(null)}>
            Restore
          </Button>
        )}
      </div>
      {edit && version !== null && version.name === null && (
        <NameVersion version={version.id} autoFocus={false} onNamed={onChanged} />
      )}
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {diff !== null && problem === null && (
        <p className={styles.count} role="status">
          {countText(shown, isSame(diff))}
          {shown.length > 1 && <span className={styles.hint}> N and P go from one to the next.</span>}
        </p>
      )}
      <div>
        {shown.map((one) => (
          <CellDiffView
            key={`${one.type} ${one.id}`}
            diff={one}
            before={compared?.before.get(one.id)}
            after={compared?.after.get(one.id)}
            sideBySide={sideBySide}
            onRestore={edit && one.type !== "added" && !isBusy ? () => void restore([one.id]) : null}
          />
        ))}
        {cell === null && diff !== null && (
          <KeyChanges title="Notebook" changes={[...diff.metadata, ...diff.fields]} />
        )}
      </div>
    </div>
  );
}

function sourcesOf({ cells }: Notebook): ReadonlyMap<string, string> {
  return new Map(cells.map(({ id = "", source }) => [id, source]));
}

function countText(cells: readonly CellDiff[], same: boolean): string {
  if (cells.length === 0) return same ? "Nothing differs." : "No cell differs.";
  return cells.length === 1 ? "1 cell differs." : `${cells.length} cells differ.`;
}

const QUIET_MS = 300;

/** Another number when the notebook was changed. */
function useChanges(): number {
  const page = usePage();
  const [count, setCount] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = page.model.live.onChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setCount((before) => before + 1);
      }, QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [page]);
  return count;
}
