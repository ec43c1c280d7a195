import { lazy, Suspense } from "react";
import { trustNotice } from "../outputs/frame/trust-notice.ts";
import { Button } from "../parts/button.tsx";
import { deathText } from "../run/run-text.ts";
import { useModel, useSession } from "../session/hooks.ts";
import { goesOn } from "../session/session-state.ts";
import { useStore } from "../session/store.ts";
import styles from "./banners.module.css";
import { ConflictBanner } from "./conflict-banner.tsx";
import { CopiesBanner } from "./copies-banner.tsx";
import { follow, kernelAction, save } from "./execution-actions.ts";
import { usePage } from "./page-context.ts";

/** What everybody must know: no connection, a failed save, a dead kernel, a question of a cell, read only. */
export function Banners() {
  return (
    <>
      <OfflineBanner />
      <SaveBanner />
      <WaitingBanner />
      <MissingBanner />
      <ConflictBanner />
      <CopiesBanner />
      <DeathBanner />
      <ReadOnlyBanner />
      <TrustNotice />
    </>
  );
}

const TrustBanner = lazy(async () => {
  const { TrustBanner: View } = await import("../outputs/frame/trust-banner.tsx");
  return { default: View };
});

/** Only when an output is there whose scripts are not run. */
function TrustNotice() {
  const { notebookId } = useModel();
  if (useStore(trustNotice) !== notebookId) return null;
  return (
    <Suspense fallback={null}>
      <TrustBanner key={notebookId} />
    </Suspense>
  );
}

function OfflineBanner() {
  const model = useModel();
  const offline = useSession((state) => state.connection === "offline" || state.connection === "closed");
  const loaded = useSession((state) => state.loaded);
  if (!offline) return null;
  return (
    <section className={`${styles.banner} ${styles.wait}`} aria-label="Connection" role="status">
      <p>
        <b>No connection to the server.</b>{" "}
        {loaded
          ? "Keep writing: your edits are kept in this page and join the others when it is back. A run goes on without us."
          : "Trying again by itself."}
      </p>
      <Button onClick={() => model.channel.retryNow()}>Try now</Button>
    </section>
  );
}

function SaveBanner() {
  const page = usePage();
  const failed = useSession(({ save: state }) => (state.type === "failed" ? state.reason : null));
  if (failed === null) return null;
  return (
    <section className={`${styles.banner} ${styles.bad}`} aria-label="Saving" role="alert">
      <p>
        <b>The file could not be saved.</b> {failed} Nothing is lost while the server runs; it tries again by
        itself.
      </p>
      <Button onClick={() => void save(page)}>Save now</Button>
    </section>
  );
}

function WaitingBanner() {
  const reason = useSession(({ save: state }) => (state.type === "waiting" ? state.reason : null));
  if (reason === null) return null;
  return (
    <section className={`${styles.banner} ${styles.wait}`} aria-label="Saving" role="status">
      <p>
        <b>Another program left something in the file that is no notebook.</b> {reason} It is not written
        over, and your edits are kept here; saving goes on when it is a notebook again.
      </p>
    </section>
  );
}

function MissingBanner() {
  const page = usePage();
  const missing = useSession(({ save: state }) => (state.type === "missing" ? state : null));
  const { edit } = useSession((state) => state.rights);
  const canMove = useSession(({ rights, limitedTo }) => rights.edit && limitedTo !== "notebook");
  if (missing === null) return null;
  return (
    <section className={`${styles.banner} ${styles.wait}`} aria-label="Saving" role="alert">
      <p>
        <b>The file is gone.</b> {missing.reason} What you and others write is kept here, and the file is not
        made anew until somebody says so.
        {missing.movedTo !== null && (
          <>
            {" "}
            A file with the same content is at <code>{missing.movedTo}</code>.
          </>
        )}
      </p>
      {edit && (
        <div className={styles.choices}>
          {canMove && missing.movedTo !== null && (
            <Button onClick={() => void follow(page)}>It is that one now</Button>
          )}
          <Button onClick={() => void save(page)}>Write it again</Button>
          {canMove && <Button onClick={() => page.open("save-as")}>Save as…</Button>}
        </div>
      )}
    </section>
  );
}

function DeathBanner() {
  const page = usePage();
  const death = useSession(({ kernel, run }) =>
    // How a run ended by it, its own banner tells.
    kernel.state === "dead" && (run === null || (!goesOn(run) && run.status !== "died"))
      ? kernel.death
      : null,
  );
  const { execute } = useSession((state) => state.rights);
  if (death === null || death.reason === "shut-down") return null;
  return (
    <section className={`${styles.banner} ${styles.bad}`} aria-label="Kernel" role="alert">
      <div>
        <p>
          <b>{deathText(death)}</b>
        </p>
        {death.stderrTail.trim() !== "" && (
          <details>
            <summary>What it said last</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reached by keyboard. */}
            <pre tabIndex={0}>{death.stderrTail}</pre>
          </details>
        )}
      </div>
      {execute && <Button onClick={() => void kernelAction(page, { action: "start" })}>Start it anew</Button>}
    </section>
  );
}

function ReadOnlyBanner() {
  const text = useSession(({ you, rights: { edit, execute } }) => {
    if (you === null || (edit && execute)) return null;
    if (edit)
      return "You may change this notebook, not run it: this address does not let you use its kernel.";
    if (execute) return "You may run this notebook and steer its runs, not change it.";
    return "You look on: this address lets you see the notebook, not change or run it.";
  });
  if (text === null) return null;
  return (
    <section className={styles.banner} aria-label="Rights">
      <p>{text}</p>
    </section>
  );
}
