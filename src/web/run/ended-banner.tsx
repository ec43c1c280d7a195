import { lazy, Suspense, useState } from "react";
import { useSession } from "../session/hooks.ts";
import { goesOn } from "../session/session-state.ts";

// Of few pages the first thing to see.
const RunEnded = lazy(async () => ({ default: (await import("./run-ended.tsx")).RunEnded }));

/** How the last run ended, and what one may do now. One that simply completed has nothing to ask: the header says it. */
export function EndedBanner() {
  const run = useSession((state) => state.run);
  const kernel = useSession((state) => state.kernel);
  const [closed, setClosed] = useState<string | null>(null);
  if (run === null || goesOn(run) || closed === run.id) return null;
  if (run.status === "completed" && run.outcome === null) return null;
  return (
    <Suspense fallback={null}>
      <RunEnded run={run} kernel={kernel} onClose={() => setClosed(run.id)} />
    </Suspense>
  );
}
