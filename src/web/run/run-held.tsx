import { lazy, type ReactNode, Suspense, useState } from "react";
import { keysOf, runCommand } from "../notebook/commands.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { useModel, useNow, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import type { Hold, PendingInput, RunSnapshot } from "../session/types.ts";
import { formatAgo, formatDuration } from "../text/durations.ts";
import styles from "./hold-banner.module.css";
import { steer } from "./run-actions.ts";

// Fetched when the first question is known.
const QuestionBanner = lazy(async () => ({
  default: (await import("../questions/question-banner.tsx")).QuestionBanner,
}));

/** What stands there then. */
export function RunHeld() {
  const run = useSession((state) => state.run);
  const inputs = useSession((state) => state.inputs);
  if (isLive(run) && run.hold?.kind === "question") {
    const { hold } = run;
    return (
      <Suspense fallback={<Banner hold={hold} {...ANSWERS.question} />}>
        <QuestionBanner
          id={hold.questionId ?? null}
          fallback={<Banner hold={hold} {...ANSWERS.question} />}
        />
      </Suspense>
    );
  }
  if (isLive(run) && run.hold !== null) return <HeldRun run={run} hold={run.hold} inputs={inputs} />;
  // Questions of cells that somebody runs by hand, then those that nothing waits for by standing still.
  if (inputs.length > 0)
    return inputs.map((input) => <InputBanner key={input.id} input={input} run={null} />);
  return (
    <Suspense fallback={null}>
      <QuestionBanner id={null} fallback={null} />
    </Suspense>
  );
}

function HeldRun({ run, hold, inputs }: { run: RunSnapshot; hold: Hold; inputs: readonly PendingInput[] }) {
  if (hold.kind === "input") {
    const asked = inputs.find((input) => input.id === hold.inputId);
    const input = asked ?? {
      id: hold.inputId ?? "",
      request: { prompt: hold.what, password: hold.password },
      askedAtMs: hold.sinceMs,
    };
    return <InputBanner input={input} run={run} />;
  }
  return <Banner hold={hold} {...ANSWERS[hold.kind]} />;
}

/** For who may not run things. */
/** What its process does next is its own; what it reads there can be changed. */
const ATTACHED_PAUSE = "Its parameters can be changed now. It goes on with them.";
const OTHERS_DECIDE = "Somebody who may run this notebook decides it; this address does not let you.";

const ANSWERS: Readonly<Record<Exclude<Hold["kind"], "input">, { effect: string; actions: ReactNode }>> = {
  tag: {
    effect:
      "Approve runs this cell and goes on. Refuse asks why and ends the run here. Your name is kept with the answer.",
    actions: (
      <>
        <Act id="approve" label="Approve" go />
        <Act id="refuse" label="Refuse…" />
      </>
    ),
  },
  error: {
    effect: "Mend the cell, then run again from here: the kernel and its variables are still there.",
    actions: (
      <>
        <RerunHere />
        <Act id="skip" label="Skip cell" />
      </>
    ),
  },
  interrupted: {
    effect: "Run the cell again from its beginning, or skip it. Variables are as the interrupt left them.",
    actions: (
      <>
        <RerunHere />
        <Act id="skip" label="Skip cell" />
      </>
    ),
  },
  pause: {
    effect: "Everything can be changed now: cells, parameters, order. The run goes on with what it finds.",
    actions: null,
  },
  step: { effect: "Step again, or let it go on. It goes on with what it finds.", actions: null },
  question: {
    effect: "It goes on with the answer. It stands with the question in the notebook.",
    actions: null,
  },
};

function Act({ id, label, go }: { id: string; label: string; go?: boolean }) {
  const page = usePage();
  const { execute } = useSession((state) => state.rights);
  return (
    <Button
      look={go ? "go" : "plain"}
      keys={keysOf(id)}
      disabled={!execute}
      onClick={() => runCommand(page, id)}
    >
      {label}
    </Button>
  );
}

function RerunHere() {
  const page = usePage();
  const cellId = useSession((state) => state.run?.hold?.cellId ?? null);
  const { execute } = useSession((state) => state.rights);
  return (
    <Button
      look="go"
      disabled={cellId === null || !execute}
      onClick={() => cellId !== null && void steer(page, { type: "rerun-from", cellId })}
    >
      Run again from here
    </Button>
  );
}

function Banner({ hold, effect, actions }: { hold: Hold; effect: string; actions: ReactNode }) {
  const model = useModel();
  const page = usePage();
  const { execute } = useSession((state) => state.rights);
  const limitAtMs = useSession((state) => state.run?.limitAtMs ?? null);
  const position = hold.cellId === null ? -1 : model.cellIds().indexOf(hold.cellId);
  const bad = hold.kind === "error";
  // What the notebook's author asks stands first; that it is a hold, second.
  const attached = useSession(({ run }) => run?.kind === "attached");
  const [question, ...more] = hold.kind === "tag" && hold.why !== null ? hold.why.split("\n") : [];
  const why = question === undefined ? hold.why : more.join("\n");
  return (
    <section className={`${styles.banner} ${bad ? styles.bad : ""}`} aria-label="The run waits">
      <div className={styles.text}>
        <h2>{question ?? hold.what}</h2>
        {why !== null && why !== "" && <p className={styles.why}>{why}</p>}
        <p className={styles.effect}>
          {execute ? (attached && hold.kind === "pause" ? ATTACHED_PAUSE : effect) : OTHERS_DECIDE}{" "}
          <Since sinceMs={hold.sinceMs} asked={hold.kind === "tag"} /> <Until limitAtMs={limitAtMs} />
        </p>
      </div>
      <div className={styles.actions}>
        {execute && actions}
        {position !== -1 && (
          <Button look="quiet" keys={keysOf("to-running")} onClick={() => runCommand(page, "to-running")}>
            Cell {position + 1}
          </Button>
        )}
      </div>
    </section>
  );
}

function Since({ sinceMs, asked }: { sinceMs: number; asked: boolean }) {
  const now = useNow(15_000);
  const ago = formatAgo(now - sinceMs, sinceMs);
  const when = ago === "now" ? "just now" : ago;
  return (
    <span className={styles.since}>
      {asked ? "Asked" : "Held"} {when}.
    </span>
  );
}

/** By when somebody has to decide. */
function Until({ limitAtMs }: { limitAtMs: number | null }) {
  const now = useNow(15_000, limitAtMs !== null);
  if (limitAtMs === null) return <span className={styles.since}>It waits as long as it takes.</span>;
  const at = new Date(limitAtMs).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const left = formatDuration(Math.max(0, limitAtMs - now));
  return (
    <span className={`${styles.since} ${styles.until}`}>
      By {at}, in {left}: then the run’s time is up, and it ends.
    </span>
  );
}

function InputBanner(props: {
  input: Pick<PendingInput, "id" | "request" | "askedAtMs">;
  run: RunSnapshot | null;
}) {
  const { input, run } = props;
  const page = usePage();
  const model = useModel();
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const { execute } = useSession((state) => state.rights);
  const answer = async (): Promise<void> => {
    setBusy(true);
    if (run) await steer(page, { type: "answer-input", inputId: input.id, value });
    else {
      const answered = await model.requests.answerInput(input.id, value);
      if (!answered.ok) page.tell(answered.message, { tone: "bad" });
    }
    setBusy(false);
  };
  const prompt = input.request.prompt.trim();
  const id = `input-${input.id}`;
  return (
    <section className={styles.banner} aria-label="A cell asks">
      <form
        className={styles.question}
        onSubmit={(event) => {
          event.preventDefault();
          void answer();
        }}
      >
        <label htmlFor={id}>
          <b>{prompt === "" ? "The cell waits for a line of input" : prompt}</b>
          <span className={styles.effect}>
            {execute ? "The cell goes on with your answer." : OTHERS_DECIDE}
          </span>
        </label>
        <input
          id={id}
          className={styles.input}
          type={input.request.password ? "password" : "text"}
          autoComplete="off"
          value={value}
          disabled={!execute}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button look="go" type="submit" keys="Enter" disabled={busy || !execute}>
          Answer
        </Button>
      </form>
    </section>
  );
}
