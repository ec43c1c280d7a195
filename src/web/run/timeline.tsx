import { memo, useState } from "react";
import { usePage } from "../notebook/page-context.ts";
import { PartyMark } from "../parts/party-mark.tsx";
import { useModel, useNow, useSession } from "../session/hooks.ts";
import type { RunEvent } from "../session/types.ts";
import { formatAge } from "../text/durations.ts";
import rail from "./rail.module.css";
import styles from "./timeline.module.css";

const SHOWN = 12;

/** What happened in this run: who, what, when; newest first. */
export function Timeline() {
  const events = useSession((state) => state.run?.recentEvents) ?? NONE;
  const outcome = useSession((state) => state.run?.outcome ?? null);
  const [all, setAll] = useState(false);
  const now = useNow(15_000);
  const newestFirst = events.filter((event, index) => event.text !== events[index + 1]?.text).toReversed();
  const shown = all ? newestFirst : newestFirst.slice(0, SHOWN);
  return (
    <section className={rail.section} aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened</h2>
      {events.length === 0 ? (
        <p className={rail.nothing}>
          {outcome ??
            "Nothing has run here yet. Pauses, answers and changed parameters will stand here, with who and when."}
        </p>
      ) : (
        <ol className={styles.events}>
          {shown.map((event) => (
            <EventRow key={event.seq} event={event} age={formatAge(now - event.atMs, event.atMs)} />
          ))}
        </ol>
      )}
      {newestFirst.length > SHOWN && (
        <button type="button" className={styles.more} onClick={() => setAll(!all)}>
          {all ? "Only the newest" : `${newestFirst.length - SHOWN} more`}
        </button>
      )}
    </section>
  );
}

const NONE: readonly RunEvent[] = [];

const EventRow = memo(function EventRow({ event, age }: { event: RunEvent; age: string }) {
  const model = useModel();
  const page = usePage();
  const { reason } = event.detail;
  const position = event.cellId === null ? -1 : model.cellIds().indexOf(event.cellId);
  const { cellId } = event;
  return (
    <li>
      <PartyMark party={event.by} />
      <span className={styles.text}>
        {event.text}
        {typeof reason === "string" && reason !== "" && !event.text.includes(reason) && (
          <span className={styles.reason}> “{reason}”</span>
        )}
        {position !== -1 && cellId !== null && !/\bcell \d+/.test(event.text) && (
          <>
            {" "}
            <button
              type="button"
              className={styles.cell}
              onClick={() => page.select(cellId, { reveal: true })}
            >
              cell {position + 1}
            </button>
          </>
        )}
      </span>
      <time dateTime={new Date(event.atMs).toISOString()} title={new Date(event.atMs).toLocaleString()}>
        {age}
      </time>
    </li>
  );
});
