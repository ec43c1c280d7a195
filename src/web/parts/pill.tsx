import type { ReactNode } from "react";
import styles from "./pill.module.css";

export type PillTone = "plain" | "run" | "hold" | "bad" | "ok" | "person";

/** A state as a word; the colour and the dot only repeat it. */
export function Pill({ tone, busy, children }: { tone: PillTone; busy?: boolean; children: ReactNode }) {
  return <span className={`${styles.pill} ${styles[tone]} ${busy ? styles.busy : ""}`}>{children}</span>;
}
