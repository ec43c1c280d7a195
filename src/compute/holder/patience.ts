/** How long a holder waits for somebody to come back. Pure. */
import type { Outlive } from "../../kernel/kernel.ts";

export interface Attendance {
  /** Null: somebody is attached. */
  readonly unattendedSinceMs: number | null;
  /** Null: the kernel is at work. Known while nobody is attached; absent where a holder of an earlier version wrote. */
  readonly idleSinceMs?: number | null;
  readonly note: Pick<Outlive, "keepMs" | "keepBusyMs">;
}

/** When it ends, and its kernel with it, unless somebody comes or the kernel's work changes. Null: not at all now. */
export function endsAtMs({ unattendedSinceMs, idleSinceMs = 0, note }: Attendance): number | null {
  if (unattendedSinceMs === null) return null;
  const { keepMs, keepBusyMs = 0 } = note;
  const latest = unattendedSinceMs + Math.max(keepMs, keepBusyMs);
  return idleSinceMs === null ? latest : Math.min(latest, Math.max(unattendedSinceMs, idleSinceMs) + keepMs);
}
