import {
  lazy,
  memo,
  Suspense,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { storedOf } from "../../document/output-face.ts";
import type { MimeBundle, Output } from "../../nbformat/notebook.ts";
import { KeptScope, useKept } from "../notebook/kept-state.ts";
import { PageContext } from "../notebook/page-context.ts";
import { useIsWhole } from "../session/view.ts";
import { errorText } from "./error-text.ts";
import { MimeOutput } from "./mime-output.tsx";
import styles from "./outputs.module.css";
import { StoredLogOutput } from "./stored/stored-log.tsx";
import { StoredValueOutput } from "./stored/stored-value.tsx";
import { TextLines } from "./text-lines.tsx";

const OutputTools = lazy(async () => ({ default: (await import("./tools/output-tools.tsx")).OutputTools }));

/** More outputs than this are folded to the first and last ones. */
const SHOWN_OUTPUTS = 60;
const END_OUTPUTS = 20;

/** A cell's outputs, as they are made. Each keeps its place and its component while it changes. */
export const OutputArea = memo(function OutputArea({
  outputs,
  running,
}: {
  outputs: readonly Output[];
  running: boolean;
}) {
  const [all, setAll] = useKept("all outputs", false);
  const area = useRef<HTMLDivElement>(null);
  const isActive = useIsActive();
  useStableHeight(area, outputs, running);
  const whole = useIsWhole();
  const folded = !all && !whole && outputs.length > SHOWN_OUTPUTS;
  const head = folded ? outputs.slice(0, SHOWN_OUTPUTS - END_OUTPUTS) : outputs;
  const tail = folded ? outputs.slice(-END_OUTPUTS) : [];
  const tailStart = outputs.length - tail.length;
  if (outputs.length === 0 && !running) return null;
  return (
    <div ref={area} data-found-in="outputs" className={outputs.length === 0 ? undefined : styles.area}>
      {head.map((output, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an output's identity is its place; it is changed in place.
        <OutputView key={`${index}:${output.output_type}`} output={output} at={index} isActive={isActive} />
      ))}
      {folded && (
        <button type="button" className={styles.fold} onClick={() => setAll(true)}>
          {(tailStart - head.length).toLocaleString("en")} more outputs
        </button>
      )}
      {tail.map((output, index) => {
        const at = tailStart + index;
        return <OutputView key={`${at}:${output.output_type}`} output={output} at={at} isActive={isActive} />;
      })}
    </div>
  );
});

/** Whether the cell is the one that is chosen: then its outputs' tools are there, for the keyboard, too. */
function useIsActive(): boolean {
  const cell = useContext(KeptScope);
  const ui = useContext(PageContext)?.ui;
  return useSyncExternalStore(ui?.subscribe ?? NEVER, () => ui?.get().active === cell);
}

const NEVER = (): (() => void) => () => undefined;

interface OutputViewProps {
  readonly output: Output;
  readonly at: number;
  readonly isActive: boolean;
}

/** One output, in the form that the reader chose, and what can be done with it. Its place is in a `KeptScope` of its cell. */
export const OutputView = memo(function OutputView({ output, at, isActive }: OutputViewProps) {
  const cell = useContext(KeptScope);
  const [form, setForm] = useKept<string | null>(`form ${at}`, null);
  const [isPointed, setPointed] = useState(false);
  return (
    <div
      className={styles.place}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    >
      <KeptScope.Provider value={`${cell}/${at}`}>
        <OutputBody output={output} form={form} />
      </KeptScope.Provider>
      {(isActive || isPointed) && (
        <Suspense fallback={null}>
          <OutputTools cell={cell} at={at} output={output} form={form} onForm={setForm} />
        </Suspense>
      )}
    </div>
  );
});

function OutputBody({ output, form }: { output: Output; form: string | null }) {
  const stored = storedOf(output);
  if (stored?.kind === "log" && output.output_type === "stream") {
    return (
      <div className={`${styles.output} ${output.name === "stderr" ? styles.stderr : ""}`}>
        <StoredLogOutput key={stored.ref} output={output} stored={stored} />
      </div>
    );
  }
  if (stored?.kind === "value") {
    const bytes = form === null ? undefined : stored.forms[form];
    const chosen = form === null || bytes === undefined ? stored : { ...stored, forms: { [form]: bytes } };
    return (
      <StoredValueOutput
        output={output}
        stored={chosen}
        draw={(whole) => <WholeOutput output={whole} form={form} />}
      />
    );
  }
  return <WholeOutput output={output} form={form} />;
}

function WholeOutput({ output, form }: { output: Output; form: string | null }) {
  switch (output.output_type) {
    case "stream":
      return (
        <div className={`${styles.output} ${output.name === "stderr" ? styles.stderr : ""}`}>
          <TextLines text={output.text} {...(output.name === "stderr" ? { label: "Standard error" } : {})} />
        </div>
      );
    case "error":
      return <ErrorOutput ename={output.ename} evalue={output.evalue} traceback={output.traceback} />;
    default:
      return (
        <div className={styles.output}>
          <MimeOutput data={formOf(output.data ?? {}, form)} metadata={output.metadata ?? {}} />
        </div>
      );
  }
}

/** Only the form that somebody chose; all where it is not there (any more). */
function formOf(data: MimeBundle, form: string | null): MimeBundle {
  const value = form === null ? undefined : data[form];
  return form === null || value === undefined ? data : { [form]: value };
}

function ErrorOutput(props: { ename: string; evalue: string; traceback: readonly string[] }) {
  const { title, body } = errorText(props);
  return (
    <div className={`${styles.output} ${styles.error}`}>
      <p className={styles.errorTitle}>{title}</p>
      {body.trim() !== "" && <TextLines text={body} label="Traceback" />}
    </div>
  );
}

/**
 * A cell that runs again loses its outputs for a moment; the page below must not jump up and down for that. While it
 * runs, the area keeps the height that it had.
 */
function useStableHeight(
  area: React.RefObject<HTMLDivElement | null>,
  outputs: readonly Output[],
  running: boolean,
): void {
  const height = useRef(0);
  const held = useRef(false);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) {
      height.current = 0;
      return;
    }
    if (running && outputs.length === 0) {
      held.current = height.current > 0;
      if (held.current) element.style.minHeight = `${height.current}px`;
    } else if (held.current && !running) {
      held.current = false;
      element.style.minHeight = "";
    }
    if (!held.current) height.current = element.offsetHeight;
  }, [area, outputs, running]);
}
