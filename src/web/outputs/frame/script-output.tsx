import { type ReactNode, useContext, useMemo } from "react";
import { libraryPart } from "../../../document/active-output.ts";
import { KeptScope } from "../../notebook/kept-state.ts";
import { Button } from "../../parts/button.tsx";
import { useModel, useSession } from "../../session/hooks.ts";
import { useStore } from "../../session/store.ts";
import { useNewest } from "../../session/use-outputs.ts";
import { altOf } from "../mime.ts";
import outputStyles from "../outputs.module.css";
import type { RendererProps } from "../renderers.ts";
import styles from "./frame.module.css";
import { OutputFrame } from "./output-frame.tsx";
import { type FrameParts, trustOf } from "./trust-store.ts";

const load = (): Promise<string> => import("frame:scripts").then(({ code }) => code);

/** Numbers of output values, so that a changed one is asked for anew. */
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** An output whose markup or script runs: in a frame, where its file is trusted; else what can be shown without. */
export function ScriptOutput({ data, metadata, fallback }: RendererProps) {
  const model = useModel();
  const trust = trustOf(model);
  const asked = useStore(trust.state).asked;
  const scope = useContext(KeptScope);
  const slash = scope.lastIndexOf("/");
  const cellId = scope.slice(0, Math.max(0, slash));
  const at = Number(scope.slice(slash + 1));
  const state = cellId === "" ? null : `${asked} ${numberOf(data)}`;
  const { value: answer } = useNewest<FrameParts>(state, (_, signal) => trust.parts(cellId, at, signal));
  // It may draw all the same; then it says how high it is.
  const isLibrary = useMemo(
    () => libraryPart({ output_type: "display_data", data, metadata: {} }) !== null,
    [data],
  );
  const payload = useMemo(() => (answer?.type === "trusted" ? { parts: answer.parts } : null), [answer]);
  if (answer === null)
    return cellId === "" ? fallback : <div className={outputStyles.awaited} aria-busy="true" />;
  if (answer.type === "untrusted") return <Untrusted fallback={fallback} />;
  if (payload === null) return fallback;
  return (
    // What ran cannot be taken back: another output is another frame.
    <OutputFrame
      key={numberOf(payload)}
      kind="scripts"
      title={titleOf(altOf(metadata, data))}
      load={load}
      payload={payload}
      guess={isLibrary ? 0 : 60}
      fallback={fallback}
    />
  );
}

/** Says that something is not run, and lets who may run code say that it may. */
function Untrusted({ fallback }: { fallback: ReactNode }) {
  const trust = trustOf(useModel());
  const { execute } = useSession((session) => session.rights);
  return (
    <>
      {fallback}
      <p className={styles.note}>
        Scripts of this output are not run: they came with the file.
        {execute && (
          <Button look="quiet" onClick={() => void trust.decide(true)}>
            Show outputs with scripts
          </Button>
        )}
      </p>
    </>
  );
}

function titleOf(text: string): string {
  return text === "Image" ? "Output" : `Output: ${text.slice(0, 120)}`;
}

function numberOf(value: object): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, ++lastNumber);
  return lastNumber;
}
