import {
  type KeyboardEvent,
  type Ref,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Mentionable } from "../../api/comments.ts";
import { MAX_COMMENT } from "../../document/comments/comment.ts";
import { handleOf, typedMention } from "../../document/comments/mentions.ts";
import { Button } from "../parts/button.tsx";
import styles from "./comments.module.css";

export interface CommentFieldHandle {
  focus(): void;
}

interface CommentFieldProps {
  readonly label: string;
  readonly action: string;
  readonly people: readonly Mentionable[];
  readonly initial?: string;
  readonly autoFocus?: boolean;
  /** Why it cannot be sent now; what is written stays. */
  readonly blocked?: string | null;
  /** @returns what went wrong. */
  readonly onSend: (text: string) => Promise<string | null>;
  readonly onCancel?: (() => void) | undefined;
  readonly ref?: Ref<CommentFieldHandle>;
}

/** Where a comment is written: grows with it, offers names after an @, is sent by Ctrl Enter. */
export function CommentField(props: CommentFieldProps) {
  const { label, action, people, initial = "", autoFocus, blocked = null, onSend, onCancel, ref } = props;
  const [text, setText] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [offered, setOffered] = useState<readonly Mentionable[]>([]);
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }));

  // biome-ignore lint/correctness/useExhaustiveDependencies: as high as what is written.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, 260)}px`;
  }, [text]);
  useLayoutEffect(() => {
    if (autoFocus) field.current?.focus();
  }, [autoFocus]);

  const offer = (now: string, cursor: number): void => {
    const typed = typedMention(now, cursor);
    const fits = (one: Mentionable): boolean =>
      typed !== null &&
      (handleOf(one).includes(typed.name) || one.displayName.toLowerCase().includes(typed.name));
    setOffered(people.filter(fits).slice(0, 6));
    setChosen(0);
  };
  const take = (person: Mentionable): void => {
    const element = field.current;
    const typed = element && typedMention(text, element.selectionStart);
    if (!element || !typed) return;
    const before = `${text.slice(0, typed.at)}@${handleOf(person)} `;
    setText(before + text.slice(element.selectionStart));
    setOffered([]);
    requestAnimationFrame(() => element.setSelectionRange(before.length, before.length));
  };
  const send = async (): Promise<void> => {
    if (text.trim() === "" || isBusy || blocked !== null) return;
    setBusy(true);
    const failed = await onSend(text);
    setBusy(false);
    setProblem(failed);
    if (failed === null) setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const person = offered[chosen];
    const chorded = event.ctrlKey || event.metaKey;
    if (
      person !== undefined &&
      !chorded &&
      ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)
    ) {
      if (event.key === "Escape") setOffered([]);
      else if (event.key === "Enter" || event.key === "Tab") take(person);
      else setChosen((chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && chorded) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && onCancel) {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
  };
  const listId = `${id}-names`;
  return (
    <form
      className={styles.field}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={MAX_COMMENT}
        aria-label={label}
        placeholder={label}
        role="combobox"
        aria-expanded={offered.length > 0}
        aria-controls={offered.length > 0 ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={offered.length > 0 ? `${listId}-${chosen}` : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem === null && blocked === null ? undefined : `${id}-said`}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
          offer(event.target.value, event.target.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffered([])}
      />
      {offered.length > 0 && (
        <div id={listId} role="listbox" aria-label="People" className={styles.names}>
          {offered.map((person, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys, as of a combobox.
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus.
            <div
              key={person.who}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              // Before the field loses the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(person)}
            >
              {person.displayName} <span className={styles.handle}>@{handleOf(person)}</span>
            </div>
          ))}
        </div>
      )}
      {(problem !== null || (blocked !== null && text.trim() !== "")) && (
        <p id={`${id}-said`} role="alert" className={styles.problem}>
          {problem ?? blocked}
        </p>
      )}
      {(text.trim() !== "" || onCancel) && (
        <div className={styles.actions}>
          <Button
            look="go"
            type="submit"
            keys="Ctrl Enter"
            disabled={isBusy || text.trim() === "" || blocked !== null}
          >
            {action}
          </Button>
          {onCancel && (
            <Button look="quiet" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
