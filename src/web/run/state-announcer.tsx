import { useEffect, useRef, useState } from "react";
import { useSession } from "../session/hooks.ts";
import { runState } from "./run-text.ts";

const QUIET_MS = 5000;

/** Tells screen readers how the run stands, when that changes; never per step or per line. */
export function StateAnnouncer() {
  const text = useSession(({ run, kernel }) => {
    if (run !== null) return `Run ${runState(run).text}.${run.hold ? ` ${run.hold.what}` : ""}`;
    return kernel.state === "dead" ? "The kernel died." : "";
  });
  const [said, setSaid] = useState("");
  const lastMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (text === said) return;
    const waitMs = Math.max(0, lastMs.current + QUIET_MS - Date.now());
    const timer = setTimeout(() => {
      lastMs.current = Date.now();
      setSaid(text);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [text, said]);
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {said}
    </div>
  );
}
