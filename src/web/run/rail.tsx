import { type KeyboardEvent, lazy, Suspense, useEffect } from "react";
import { usePage, useUi } from "../notebook/page-context.ts";
import type { UiState } from "../notebook/ui-state.ts";
import { IconButton } from "../parts/button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import { useSelected } from "../session/store.ts";
import { ParametersPanel } from "./parameters-panel.tsx";
import styles from "./rail.module.css";

const CommentsPanel = lazy(async () => ({
  default: (await import("../comments/comments-panel.tsx")).CommentsPanel,
}));
const EventsPanel = lazy(async () => ({
  default: (await import("../history/events-panel.tsx")).EventsPanel,
}));

const VariablesPanel = lazy(async () => ({
  default: (await import("../variables/variables-panel.tsx")).VariablesPanel,
}));

const DocsPanel = lazy(async () => ({ default: (await import("../inspection/docs-panel.tsx")).DocsPanel }));

const Timeline = lazy(async () => ({ default: (await import("./timeline.tsx")).Timeline }));

const SIDES = {
  run: "Run",
  timeline: "Timeline",
  comments: "Comments",
  variables: "Variables",
  docs: "Docs",
} as const;
const ORDER: readonly UiState["side"][] = ["run", "timeline", "comments", "variables", "docs"];

/**
 * Beside the notebook: its parameters and what happened, the timeline, what people say of it. On a narrow page it
 * comes over it when asked for.
 */
export function Rail() {
  const page = usePage();
  const open = useUi((ui) => ui.panelOpen);
  const side = useUi((ui) => ui.side);
  useEffect(() => {
    if (!open) return;
    const close = (event: globalThis.KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented)
        page.ui.update((ui) => ({ ...ui, panelOpen: false }));
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [open, page]);
  return (
    <aside className={`${styles.rail} ${open ? styles.open : ""}`} aria-label="Parameters and what happened">
      <div className={styles.top}>
        <Tabs side={side} />
        <IconButton
          label="Close the panel"
          className={styles.close}
          onClick={() => page.ui.update((ui) => ({ ...ui, panelOpen: false }))}
        >
          <CloseIcon />
        </IconButton>
      </div>
      {/* It stays, with what was typed in it. */}
      <div id="side-run" role="tabpanel" aria-labelledby="tab-run" hidden={side !== "run"}>
        <ParametersPanel />
        <Suspense fallback={<div className={styles.section} aria-busy="true" />}>
          <Timeline />
        </Suspense>
      </div>
      {side !== "run" && (
        <div id={`side-${side}`} role="tabpanel" aria-labelledby={`tab-${side}`}>
          <Suspense fallback={<div className={styles.section} aria-busy="true" />}>
            {side === "comments" && <CommentsPanel />}
            {side === "timeline" && <EventsPanel />}
            {side === "variables" && <VariablesPanel />}
            {side === "docs" && <DocsPanel />}
          </Suspense>
        </div>
      )}
    </aside>
  );
}

function Tabs({ side }: { side: UiState["side"] }) {
  const page = usePage();
  const count = useSelected(page.commentMarks, (marks) => {
    let threads = 0;
    for (const { open } of marks.values()) threads += open;
    return threads;
  });
  const named = useSelected(page.commentMarks, (marks) => {
    let cells = 0;
    for (const { forYou } of marks.values()) cells += forYou ? 1 : 0;
    return cells;
  });
  // With counts the tabs may be wider than the rail.
  useEffect(() => {
    if (side !== "run") document.getElementById(`tab-${side}`)?.scrollIntoView({ block: "nearest" });
  }, [side]);
  const show = (next: UiState["side"]): void => page.ui.update((ui) => ({ ...ui, side: next }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = ORDER[(ORDER.indexOf(side) + by + ORDER.length) % ORDER.length] ?? "run";
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" aria-label="Side panel" onKeyDown={onKeyDown}>
      {ORDER.map((one) => (
        <button
          key={one}
          id={`tab-${one}`}
          type="button"
          role="tab"
          aria-selected={side === one}
          aria-controls={side === one || one === "run" ? `side-${one}` : undefined}
          tabIndex={side === one ? 0 : -1}
          onClick={() => show(one)}
        >
          {SIDES[one]}
          {one === "comments" && count > 0 && (
            <span className={named > 0 ? styles.named : styles.count}>
              {named > 0 ? `@${named}` : count}
              <span className="visually-hidden">
                {named > 0 ? (named === 1 ? " cell names you" : " cells name you") : " open"}
              </span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
