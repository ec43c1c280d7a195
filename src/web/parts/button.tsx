import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import styles from "./button.module.css";
import { Keys } from "./keys.tsx";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `go`: the one thing to do here. `quiet`: no frame until it is pointed at. */
  readonly look?: "plain" | "go" | "quiet" | "danger";
  /** The key that does the same, shown beside the label. */
  readonly keys?: string | undefined;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", keys, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${styles.button} ${styles[look]} ${className ?? ""}`} {...rest}>
      {children}
      {keys !== undefined && <Keys keys={keys} />}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does; its name for everybody who does not see the sign, and its tooltip. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly children: ReactNode;
}

export function IconButton({ label, keys, children, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`${styles.icon} ${className ?? ""}`}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
      {...rest}
    >
      {children}
    </button>
  );
}
