import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Question } from "../../review/question.ts";
import { answerText } from "../../review/question-text.ts";
import { decidersText, mayAnswer } from "../../review/who-may-answer.ts";
import { assertNever } from "../../util/assert-never.ts";
import { usePage } from "../notebook/page-context.ts";
import { Keys } from "../parts/keys.tsx";
import { useSession } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { AnsweredView } from "./answered-view.tsx";
import { DeadlineLine } from "./deadline-line.tsx";
import { ItemView } from "./item-view.tsx";
import {
  type DraftPart,
  type Given,
  givenBy,
  type Ready,
  readyAnswer,
  toggleChoice,
} from "./question-draft.ts";
import { QuestionForm } from "./question-form.tsx";
import { type QuestionAct, questionAct } from "./question-keys.ts";
import styles from "./questions.module.css";
import { questionsOf } from "./questions-model.ts";

interface QuestionCardProps {
  readonly question: Question;
  /** Above it: how far a group is. */
  readonly head?: ReactNode;
  /** One after the other in the same card. */
  readonly isOfMany?: boolean;
  readonly place?: number;
  readonly autoFocus?: boolean;
  /** Escape, and where there is a way back, its button. */
  readonly onLeave?: () => void;
}

const FIELD = "textarea, input:not([type=checkbox])";

/** A question with its item and its form, answered by keys; or what was answered, by whom, and what came of it. */
export function QuestionCard(props: QuestionCardProps) {
  const { question, head, isOfMany = false, place = 0, autoFocus = false, onLeave } = props;
  const { asked, status } = question;
  const page = usePage();
  const model = questionsOf(page);
  const state = useStore(model.state);
  const store = model.draft(question.id);
  const draft = useStore(store);
  const you = useSession((session) => session.you);
  const rights = useSession((session) => session.rights);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const [isAgain, setAgain] = useState(false);
  const root = useRef<HTMLElement>(null);
  const id = useId();
  const may = you !== null && mayAnswer(asked, you, rights);
  const isOpen = status === "open" || isAgain;
  const isOnItsWay = state.sent.has(question.id);
  const needsReason = question.status === "taken";

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins anew.
  useEffect(() => {
    setProblem(null);
    setAgain(false);
  }, [question.id]);
  const hasField =
    asked.form === "text" || asked.form === "number" || asked.form === "correction" || draft.part !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the field of another question, or that was just opened.
  useEffect(() => {
    const element = root.current;
    const isIn = element?.contains(document.activeElement) ?? false;
    if (!element || !(autoFocus || isIn)) return;
    const field = may && isOpen && hasField ? element.querySelector<HTMLElement>(FIELD) : null;
    if (field !== null) field.focus();
    else if (!isIn || !element.contains(document.activeElement)) element.focus();
  }, [autoFocus, question.id, draft.part, isAgain]);

  const send = async (ready: Ready): Promise<void> => {
    if (!may || isOnItsWay) return;
    if (!ready.ok) return setProblem(ready.problem);
    if (needsReason && ready.given.comment === null)
      return setProblem("The pipeline went on with the answer before. Say why it is to be another.");
    setProblem(null);
    // What has the focus goes with the answer: the keys stay the question's.
    root.current?.focus();
    const { given } = ready;
    setSaid(`Sending ${answerText(given)}…`);
    setAgain(false);
    const answer = await model.answer(question, given);
    setSaid(answer.ok ? `Kept: ${answerText(given)}` : "");
  };
  const open = (part: DraftPart): void => {
    setProblem(null);
    store.set({ ...draft, part, text: null });
  };
  const undo = async (): Promise<void> => {
    const refusal = await model.undo();
    setSaid(refusal ?? "Your answer was taken back; the question is open again.");
    if (refusal !== null) page.tell(refusal);
  };
  const act = (what: QuestionAct): void => {
    switch (what.type) {
      case "choose":
        if (asked.form === "choices") store.set(toggleChoice(asked, draft, what.choice));
        else void send(givenBy(asked, "value", what.choice, draft));
        break;
      case "approve":
      case "ignore":
        void send(givenBy(asked, what.type, null, draft));
        break;
      case "change":
      case "respond":
        open(what.type);
        break;
      case "send":
        void send(readyAnswer(asked, draft));
        break;
      case "undo":
        void undo();
        break;
      case "leave":
        leave();
        break;
      default:
        assertNever(what);
    }
  };
  const leave = (): void => {
    const { active } = page.ui.get();
    if (document.activeElement !== root.current) root.current?.focus();
    else if (onLeave) onLeave();
    else if (active !== null) page.select(active, { reveal: true });
    else root.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches(FIELD);
    const what = questionAct(asked, event.nativeEvent, isTyping);
    const isButton = target.closest("button, a, summary, input[type=checkbox]") !== null;
    // Keys of the page mean nothing in here; what the browser does with them stays.
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    if (what === null || event.shiftKey) return;
    const canSend = isOpen && may && (hasField || asked.form === "choices");
    if (what.type === "send" && isButton) return;
    if (what.type === "send" && !canSend) {
      if (isOfMany && state.returned === question.id) model.goOn();
      return;
    }
    if (what.type !== "leave" && what.type !== "undo" && !(isOpen && may)) return;
    event.preventDefault();
    event.stopPropagation();
    act(what);
  };
  const { refused, last } = state;
  const notSent = refused?.id === question.id ? refused : null;
  const canUndo = may && last !== null && (isOfMany || last.id === question.id);
  return (
    <section
      ref={root}
      className={styles.card}
      tabIndex={-1}
      aria-labelledby={id}
      data-question={question.id}
      onKeyDown={onKeyDown}
    >
      {head}
      <h3 id={id} className={styles.prompt}>
        {asked.prompt}
      </h3>
      <ItemView key={question.id} question={question} />
      {isOpen ? (
        <QuestionForm
          question={question}
          draft={draft}
          may={may}
          isBusy={isOnItsWay}
          needsReason={needsReason}
          problem={problem}
          onDraft={(next) => store.set(next)}
          onAct={act}
          {...(isAgain && { onCancel: () => setAgain(false) })}
        />
      ) : (
        <AnsweredView question={question} may={may} onAgain={() => setAgain(true)} />
      )}
      {notSent !== null && (
        <NotSent
          message={notSent.message}
          given={notSent.given}
          isAnswered={question.answer !== null}
          onSend={() => {
            // Where the pipeline went on, the form asks for the reason.
            if (needsReason && notSent.given.comment === null) return setAgain(true);
            void send({ ok: true, given: notSent.given });
          }}
          onDrop={() => model.goOn()}
        />
      )}
      <div className={styles.foot}>
        {status === "open" && !may && <span>{decidersText(asked)} Your address does not let you.</span>}
        {status === "open" && may && (asked.people ?? []).length > 0 && <span>{decidersText(asked)}</span>}
        {status === "open" && <DeadlineLine asked={asked} />}
        <span role="status">
          {isOfMany && <span className="visually-hidden">{`Question ${place}: ${asked.prompt}. `}</span>}
          {/* One question shows what became of it; of many, the next one stands there already. */}
          <span className={isOfMany || status === "open" ? undefined : "visually-hidden"}>{said}</span>
        </span>
        {canUndo && (
          <button type="button" className={styles.link} onClick={() => void undo()}>
            Take the last answer back <Keys keys="u" />
          </button>
        )}
        {isOfMany && status !== "open" && state.returned === question.id && (
          <button type="button" className={styles.link} onClick={() => model.goOn()}>
            Next <Keys keys="Enter" />
          </button>
        )}
        {onLeave && (
          <button type="button" className={styles.link} onClick={onLeave}>
            Later <Keys keys="Escape" />
          </button>
        )}
      </div>
    </section>
  );
}

interface NotSentProps {
  readonly message: string;
  readonly given: Given;
  readonly isAnswered: boolean;
  readonly onSend: () => void;
  readonly onDrop: () => void;
}

/** Somebody was quicker, or the server could not keep it: what was entered is there still. */
function NotSent({ message, given, isAnswered, onSend, onDrop }: NotSentProps) {
  return (
    <div className={styles.refused} role="alert">
      <p>
        {message} Yours: <b>{answerText(given)}</b>
        {given.comment !== null && ` (${given.comment})`}
      </p>
      <p className={styles.actions}>
        <button type="button" className={styles.link} onClick={onSend}>
          {isAnswered ? "Answer so instead" : "Send it again"}
        </button>
        <button type="button" className={styles.link} onClick={onDrop}>
          {isAnswered ? "Leave it as it is" : "Drop it"}
        </button>
      </p>
    </div>
  );
}
