import styles from "./keys.module.css";

/** Keys as they are printed on a keyboard: `Shift A`, `d d`. Not read out: the label says what to do. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={styles.keys} aria-hidden="true">
      {keys.split(/[ +]/).map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice.
        <kbd key={index} className={styles.key}>
          {SIGNS[key] ?? key}
        </kbd>
      ))}
    </span>
  );
}

const SIGNS: Readonly<Record<string, string>> = {
  Shift: "⇧",
  Enter: "↵",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};
