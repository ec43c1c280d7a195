/** The kernel's variables while somebody looks at them: after each cell, and every two seconds while one runs. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { KernelVariables } from "../../kernel/variables/read-variables.ts";
import type { Answer } from "../session/channel.ts";
import { useModel, useSession } from "../session/hooks.ts";

/** Cells that end in quick succession are one look. */
const SETTLE_MS = 250;
const WATCH_MS = 2000;

export interface VariablesView {
  /** Null: not asked yet. */
  readonly last: KernelVariables | null;
  readonly before: KernelVariables | null;
  /** Why the last look failed; what is shown is older then. */
  readonly problem: (Answer<unknown> & { readonly ok: false }) | null;
  readonly refresh: () => void;
}

export function useVariables(): VariablesView {
  const model = useModel();
  const kernel = useSession((state) => state.kernel);
  const executions = useSession((state) => state.executions);
  const online = useSession((state) => state.connection === "online");
  const [view, setView] = useState<Omit<VariablesView, "refresh">>({
    last: null,
    before: null,
    problem: null,
  });
  const asking = useRef(false);
  const again = useRef(false);
  const exists = online && kernel.state !== "none" && kernel.state !== "dead" && kernel.state !== "starting";

  const refresh = useCallback(async (): Promise<void> => {
    if (asking.current) {
      again.current = true;
      return;
    }
    asking.current = true;
    const answer = await model.requests.variables();
    asking.current = false;
    setView((now) =>
      answer.ok ? { last: answer.value, before: now.last, problem: null } : { ...now, problem: answer },
    );
    if (!again.current) return;
    again.current = false;
    void refresh();
  }, [model]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a cell that ended, or another kernel, is the reason.
  useEffect(() => {
    if (!exists) return;
    const timer = setTimeout(() => void refresh(), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [exists, executions, kernel.pid, refresh]);

  const watches = exists && kernel.state === "busy" && kernel.supportsSubshells;
  useEffect(() => {
    if (!watches) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void refresh();
    }, WATCH_MS);
    return () => clearInterval(timer);
  }, [watches, refresh]);

  const forget = !exists;
  useEffect(() => {
    if (forget) setView({ last: null, before: null, problem: null });
  }, [forget]);
  return { ...view, refresh: () => void refresh() };
}
