import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { runCommand } from "../notebook/commands.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import type { ParameterSpec, ParameterValues } from "../session/types.ts";
import { ParameterField } from "./parameter-field.tsx";
import { printLiteral, stagedFields, stagedValues } from "./parameter-form.ts";
import styles from "./parameters-panel.module.css";
import rail from "./rail.module.css";
import { commandRun, startRun } from "./run-actions.ts";

const EarlierValuesList = lazy(async () => ({
  default: (await import("./earlier-values-list.tsx")).EarlierValuesList,
}));

/** The parameters as a form: what is in force, what is staged, what it becomes, and since when. */
export function ParametersPanel() {
  const page = usePage();
  const run = useSession((state) => state.run);
  const rights = useSession((state) => state.rights);
  const specs = useSpecs();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [earlier, setEarlier] = useState(false);
  const live = isLive(run) ? run : null;
  const staged = stagedFields(specs, texts, live);
  const valid = staged.length > 0 && staged.every(({ parsed }) => parsed.ok);

  const discard = (): void => {
    setTexts({});
    setReason("");
    setRefusal(null);
  };
  const finish = async (act: (values: ParameterValues) => Promise<string | null>): Promise<void> => {
    if (!valid || busy) return;
    setBusy(true);
    const refused = await act(stagedValues(staged));
    setBusy(false);
    setRefusal(refused);
    if (refused !== null) return;
    // What was typed meanwhile stays.
    setTexts((now) => Object.fromEntries(Object.entries(now).filter(([name, text]) => texts[name] !== text)));
    setReason("");
  };
  const apply = () =>
    finish((values) =>
      commandRun(page, {
        type: "set-parameters",
        changeId: crypto.randomUUID(),
        values: { ...values },
        reason: reason.trim() === "" ? null : reason.trim(),
      }),
    );
  const runWith = () =>
    finish(async (values) => ((await startRun(page, values)) ? null : "The run was not started."));
  const keep = () =>
    finish(async (values) => {
      const answer = await page.model.requests.setValues(values);
      return answer.ok ? null : answer.message;
    });
  const submit = live ? apply : rights.execute ? runWith : keep;

  if (specs.length === 0) {
    return (
      <section className={rail.section} aria-labelledby="parameters-title">
        <h2 id="parameters-title">Parameters</h2>
        <p className={rail.nothing}>
          None declared. Tag a cell <code>parameters</code> and every value that it assigns is a field here.
        </p>
        {rights.edit && <TagButton />}
      </section>
    );
  }
  return (
    <section className={rail.section} aria-labelledby="parameters-title">
      <h2 id="parameters-title">Parameters</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void submit();
          } else if (event.key === "Escape") {
            event.preventDefault();
            runCommand(page, "to-running");
            document.querySelector<HTMLElement>("[data-cell][tabindex='0']")?.focus();
          }
        }}
      >
        {specs.map((spec) => (
          <ParameterField
            key={spec.name}
            spec={spec}
            run={live}
            text={texts[spec.name]}
            staged={staged.find((field) => field.spec.name === spec.name) ?? null}
            disabled={!rights.execute && (live !== null || !rights.edit)}
            onText={(text) => {
              setTexts((all) => ({ ...all, [spec.name]: text }));
              setRefusal(null);
            }}
          />
        ))}
        {staged.length > 0 && (
          <div className={styles.staged}>
            <ul className={styles.difference} aria-label="What changes">
              {staged.map(({ spec, from, parsed }) => (
                <li key={spec.name}>
                  <code>{spec.name}</code> {from === undefined ? spec.defaultSource : printLiteral(from)} →{" "}
                  <b>{parsed.ok ? printLiteral(parsed.value) : "…"}</b>
                </li>
              ))}
            </ul>
            {live && (
              <input
                className={styles.reason}
                aria-label="Why? Kept with the change"
                placeholder="Why? Kept with the change"
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
            <div className={styles.actions}>
              {rights.execute && (
                <Button look="go" type="submit" keys="Ctrl Enter" disabled={!valid || busy}>
                  {live ? `Apply ${count(staged.length)}` : `Run with ${count(staged.length)}`}
                </Button>
              )}
              {!live && rights.edit && (
                <Button
                  disabled={!valid || busy}
                  onClick={() => void keep()}
                  title="Writes the values into the parameters cell"
                >
                  Keep in cell
                </Button>
              )}
              <Button look="quiet" onClick={discard}>
                Discard
              </Button>
            </div>
            {live && (
              <p className={styles.when}>
                {live.status === "held"
                  ? "Taken at once: the run is on hold."
                  : live.kind === "attached"
                    ? "Taken by the process at its next step."
                    : "Taken at the next step, before its cell."}
              </p>
            )}
          </div>
        )}
        <details className={styles.earlier} onToggle={(event) => setEarlier(event.currentTarget.open)}>
          <summary>Earlier values</summary>
          {earlier && (
            <Suspense fallback={null}>
              <EarlierValuesList
                specs={specs}
                disabled={!rights.execute && (live !== null || !rights.edit)}
                onUse={(name, text) => setTexts((all) => ({ ...all, [name]: text }))}
              />
            </Suspense>
          )}
        </details>
        {refusal !== null && (
          <p className={styles.refusal} role="alert">
            {refusal}
          </p>
        )}
      </form>
    </section>
  );
}

function count(changes: number): string {
  return changes === 1 ? "1 change" : `${changes} changes`;
}

/** The first step towards a form: the selected code cell becomes the parameters cell. */
function TagButton() {
  const page = usePage();
  return (
    <Button
      className={styles.tag}
      onClick={() => {
        const cell = page.selectedCells().find((each) => each.cellType === "code");
        if (!cell) return page.tell("Select the code cell that assigns your parameters first.");
        const tags = Array.isArray(cell.metadata.tags) ? cell.metadata.tags : [];
        page.apply({ type: "set-cell-metadata", id: cell.id, key: "tags", value: [...tags, "parameters"] });
      }}
    >
      Tag the selected cell
    </Button>
  );
}

/** A live run's own; else as the parameters cells stand, read again when a cell changed. */
function useSpecs(): readonly ParameterSpec[] {
  const model = useModel();
  const loaded = useSession((state) => state.loaded && state.connection === "online");
  const fromRun = useSession(({ run }) => (isLive(run) && run.parameters.length > 0 ? run.parameters : null));
  const [specs, setSpecs] = useState<readonly ParameterSpec[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const load = useCallback(async () => {
    const answer = await model.requests.parameters();
    if (answer.ok)
      setSpecs((before) => (JSON.stringify(before) === JSON.stringify(answer.value) ? before : answer.value));
  }, [model]);
  useEffect(() => {
    if (!loaded) return;
    void load();
    const stop = model.live.onChange((change) => {
      if ((change.cells.size === 0 && !change.order) || timer.current !== null) return;
      timer.current = setTimeout(() => {
        timer.current = null;
        void load();
      }, REREAD_MS);
    });
    return () => {
      stop();
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [model, load, loaded]);
  return fromRun ?? specs;
}

/** While somebody types in the parameters cell, its form follows at this distance. */
const REREAD_MS = 700;
