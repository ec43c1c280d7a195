import type { Question } from "../../review/question.ts";
import { valueText } from "../../review/question-text.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import { TextDiffView } from "../history/text-diff-view.tsx";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { Keys } from "../parts/keys.tsx";
import { type Draft, editableText, fieldText } from "./question-draft.ts";
import type { QuestionAct } from "./question-keys.ts";
import styles from "./questions.module.css";

interface QuestionFormProps {
  readonly question: Question;
  readonly draft: Draft;
  readonly may: boolean;
  /** An answer is on its way. */
  readonly isBusy: boolean;
  /** The pipeline went on with another answer. */
  readonly needsReason: boolean;
  readonly problem: string | null;
  readonly onDraft: (draft: Draft) => void;
  readonly onAct: (act: QuestionAct) => void;
  readonly onCancel?: () => void;
}

/** What one answers with: buttons with their keys, or a field that Enter sends. */
export function QuestionForm(props: QuestionFormProps) {
  const { question, draft, may, isBusy, needsReason, problem, onDraft, onAct, onCancel } = props;
  const { asked } = question;
  const { form } = asked;
  const isLong = needsReason || draft.comment !== "";
  const hasField = form === "text" || form === "number" || form === "correction" || draft.part !== null;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onAct({ type: "send" });
      }}
    >
      {form === "choice" && <Choices {...props} />}
      {form === "choices" && <ManyChoices {...props} />}
      {form === "approval" && <Approval {...props} />}
      {hasField && <ValueField {...props} />}
      {isLong && may && (
        <Field label={needsReason ? "Why" : "Reason"} hint={needsReason ? AFTER : null}>
          {(ids) => (
            <textarea
              {...ids}
              rows={1}
              value={draft.comment}
              onChange={(event) => onDraft({ ...draft, comment: event.target.value })}
            />
          )}
        </Field>
      )}
      {problem !== null && !hasField && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {may && (hasField || form === "choices" || onCancel || !isLong) && (
        <div className={styles.actions}>
          {(hasField || form === "choices") && (
            <Button look="go" type="submit" keys="Enter" disabled={isBusy}>
              {form === "choices" && draft.chosen.length === 0 ? "Send: none of them" : "Send"}
            </Button>
          )}
          {draft.part !== null && (
            <Button look="quiet" onClick={() => onDraft({ ...draft, part: null, text: null })}>
              Back
            </Button>
          )}
          {onCancel && (
            <Button look="quiet" onClick={onCancel}>
              Leave it as it is
            </Button>
          )}
          {!isLong && (
            <button
              type="button"
              className={styles.link}
              onClick={() => onDraft({ ...draft, comment: " " })}
              aria-label="Add a reason to the answer"
            >
              Add a reason
            </button>
          )}
        </div>
      )}
    </form>
  );
}

const AFTER =
  "The pipeline has gone on. Your answer is recorded beside the one before; a later start of it sees yours.";

function Choices({ question, may, isBusy, onAct }: QuestionFormProps) {
  const { choices = [] } = question.asked;
  return (
    <div className={choices.length > 4 || choices.some(isLongChoice) ? styles.list : styles.row}>
      {choices.map((choice, index) => (
        <Button
          key={JSON.stringify(choice)}
          keys={index < 9 ? `${index + 1}` : undefined}
          className={styles.choice ?? ""}
          disabled={!may || isBusy}
          onClick={() => onAct({ type: "choose", choice })}
        >
          {valueText(choice)}
        </Button>
      ))}
    </div>
  );
}

const isLongChoice = (choice: JsonValue): boolean => valueText(choice).length > 24;

function ManyChoices({ question, draft, may, onAct }: QuestionFormProps) {
  const { choices = [], prompt } = question.asked;
  return (
    <fieldset className={styles.list} disabled={!may}>
      <legend className="visually-hidden">{prompt}</legend>
      {choices.map((choice, index) => (
        <label key={JSON.stringify(choice)} className={styles.check}>
          <input
            type="checkbox"
            checked={draft.chosen.some((one) => jsonEqual(one, choice))}
            onChange={() => onAct({ type: "choose", choice })}
          />
          {valueText(choice)}
          {index < 9 && <Keys keys={`${index + 1}`} />}
        </label>
      ))}
    </fieldset>
  );
}

function Approval({ question, draft, may, isBusy, onAct }: QuestionFormProps) {
  const { proposed } = question.asked;
  const off = !may || isBusy;
  return (
    <>
      {proposed !== undefined && draft.part !== "change" && (
        <div className={styles.proposed}>
          <span>Proposed</span>
          <pre>{editableText(proposed)}</pre>
        </div>
      )}
      {draft.part === null && (
        <div className={styles.row}>
          <Button look="go" keys="a" disabled={off} onClick={() => onAct({ type: "approve" })}>
            Approve
          </Button>
          <Button keys="c" disabled={off} onClick={() => onAct({ type: "change" })}>
            {proposed === undefined ? "Go on with a value…" : "Change…"}
          </Button>
          <Button keys="r" disabled={off} onClick={() => onAct({ type: "respond" })}>
            Respond…
          </Button>
          <Button look="quiet" keys="i" disabled={off} onClick={() => onAct({ type: "ignore" })}>
            Ignore
          </Button>
        </div>
      )}
    </>
  );
}

function ValueField({ question, draft, may, problem, onDraft }: QuestionFormProps) {
  const { asked } = question;
  const text = fieldText(asked, draft);
  const before = editableText(asked.proposed);
  const corrects = asked.proposed !== undefined && draft.part !== "respond" && asked.form !== "text";
  const set = (next: string): void => onDraft({ ...draft, text: next });
  return (
    <>
      <Field label={labelOf(asked, draft)} hint={hintOf(asked)} problem={problem}>
        {(ids) =>
          asked.form === "number" ? (
            <input
              {...ids}
              inputMode="decimal"
              autoComplete="off"
              value={text}
              disabled={!may}
              onChange={(event) => set(event.target.value)}
            />
          ) : (
            <textarea
              {...ids}
              rows={Math.min(12, Math.max(1, text.split("\n").length))}
              value={text}
              disabled={!may}
              spellCheck={asked.form === "text" || draft.part === "respond"}
              onChange={(event) => set(event.target.value)}
            />
          )
        }
      </Field>
      {corrects && text !== before && (
        <div className={styles.diff}>
          <TextDiffView before={before} after={text} sideBySide={false} />
        </div>
      )}
    </>
  );
}

function labelOf({ form }: Question["asked"], { part }: Draft): string {
  if (part === "respond") return "Your response";
  if (part === "change") return "Go on with";
  return form === "correction" ? "Correct what is wrong" : form === "number" ? "A number" : "Your answer";
}

function hintOf({ form, min, max }: Question["asked"]): string | null {
  if (form !== "number") return null;
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}.`;
  if (min !== undefined) return `At least ${min}.`;
  return max === undefined ? null : `At most ${max}.`;
}
