import { useEffect } from "react";
import { usePage, useUi } from "../notebook/page-context.ts";
import { IconButton } from "../parts/button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import { ParametersPanel } from "./parameters-panel.tsx";
import styles from "./rail.module.css";
import { Timeline } from "./timeline.tsx";

/** Beside the notebook: its parameters and what happened. On a narrow page it comes over it when asked for. */
export function Rail() {
  const page = usePage();
  const open = useUi((ui) => ui.panelOpen);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented)
        page.ui.update((ui) => ({ ...ui, panelOpen: false }));
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [open, page]);
  return (
    <aside className={`${styles.rail} ${open ? styles.open : ""}`} aria-label="Parameters and what happened">
      <IconButton
        label="Close the panel"
        className={styles.close}
        onClick={() => page.ui.update((ui) => ({ ...ui, panelOpen: false }))}
      >
        <CloseIcon />
      </IconButton>
      <ParametersPanel />
      <Timeline />
    </aside>
  );
}
