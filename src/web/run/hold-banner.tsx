import { lazy, Suspense } from "react";
import { usePage } from "../notebook/page-context.ts";
import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { useStore } from "../session/store.ts";

// Fetched when the page has nothing else to do, or when it is asked for.
const RunHeld = lazy(async () => ({ default: (await import("./run-held.tsx")).RunHeld }));

/** What waits for a person: what is asked, why, by when, what each answer does. First on the page, in amber. */
export function HoldBanner() {
  const waits = useSession(({ run, inputs }) => (isLive(run) && run.hold !== null) || inputs.length > 0);
  const questions = useStore(usePage().openQuestions);
  if (!waits && questions === 0) return null;
  return (
    <Suspense fallback={null}>
      <RunHeld />
    </Suspense>
  );
}
