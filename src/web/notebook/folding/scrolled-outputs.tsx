import type { ReactNode } from "react";
import { useIsWhole } from "../../session/view.ts";
import styles from "./scrolled-outputs.module.css";

/** Outputs in a box of their own that scrolls, where the notebook says so (`scrolled`). */
export function ScrolledOutputs({ scrolled: wanted, children }: { scrolled: boolean; children: ReactNode }) {
  const whole = useIsWhole();
  const scrolled = wanted && !whole;
  // The same element in both cases, so that nothing in it begins anew.
  return (
    <div
      className={scrolled ? styles.scrolled : undefined}
      {...(scrolled ? { role: "region", "aria-label": "Outputs", tabIndex: 0 } : {})}
    >
      {children}
    </div>
  );
}
