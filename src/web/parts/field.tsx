import { type ReactNode, useId } from "react";
import styles from "./field.module.css";

export interface FieldIds {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
  readonly className: string;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | null;
  readonly problem?: string | null;
  readonly children: (ids: FieldIds) => ReactNode;
}

/** A labelled field with its hint and what is wrong with it. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  const said = problem ?? hint ?? null;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": said === null ? undefined : `${id}-said`,
        "aria-invalid": problem ? true : undefined,
        className: `${styles.input} ${problem ? styles.wrong : ""}`,
      })}
      {said !== null && (
        <p id={`${id}-said`} className={problem ? styles.problem : styles.hint}>
          {said}
        </p>
      )}
    </div>
  );
}
