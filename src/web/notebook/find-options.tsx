import { useEffect, useState } from "react";
import styles from "./find-bar.module.css";
import type { FindQuery } from "./find-text.ts";
import { usePage } from "./page-context.ts";
import type { Search } from "./use-search.ts";

type Switch = "matchCase" | "wholeWord" | "isRegExp";

/** As editors have them: sign, name, key with Alt. */
const SWITCHES: readonly {
  readonly on: Switch;
  readonly sign: string;
  readonly label: string;
  readonly key: string;
}[] = [
  { on: "matchCase", sign: "Aa", label: "Match capitals", key: "c" },
  { on: "wholeWord", sign: "ab", label: "Whole words", key: "w" },
  { on: "isRegExp", sign: ".*", label: "Regular expression", key: "r" },
];

export function FindSwitches({ search: { query, ask } }: { search: Search }) {
  useAltKeys((code) => {
    const found = SWITCHES.find(({ key }) => code === `Key${key.toUpperCase()}`);
    if (found) ask({ [found.on]: !query[found.on] });
    return found !== undefined;
  });
  return (
    <>
      {SWITCHES.map(({ on, sign, label, key }) => (
        <button
          key={on}
          type="button"
          className={`${styles.switch} ${on === "wholeWord" ? styles.word : ""}`}
          aria-label={label}
          aria-pressed={query[on]}
          title={`${label} (Alt ${key.toUpperCase()})`}
          onClick={() => ask({ [on]: !query[on] })}
        >
          {sign}
        </button>
      ))}
    </>
  );
}

/** Where it looks: sources, outputs, and whether only in the cells that were selected when this was ticked. */
export function FindWhere({ search: { query, ask } }: { search: Search }) {
  const page = usePage();
  const inSelected = (): Partial<FindQuery> => ({
    within: query.within === null ? page.selected() : null,
  });
  useAltKeys((code) => {
    if (code === "KeyL") ask(inSelected());
    return code === "KeyL";
  });
  // At least one of the two, else nothing could ever be found.
  const tick = (part: "inSource" | "inOutputs", other: "inSource" | "inOutputs"): void =>
    ask(query[part] ? { [part]: false, [other]: true } : { [part]: true });
  const count = query.within?.length;
  return (
    <fieldset className={styles.where}>
      <legend className="visually-hidden">Where to look</legend>
      <label>
        <input type="checkbox" checked={query.inSource} onChange={() => tick("inSource", "inOutputs")} />
        Code and text
      </label>
      <label>
        <input type="checkbox" checked={query.inOutputs} onChange={() => tick("inOutputs", "inSource")} />
        Outputs
      </label>
      <label title="Alt L">
        <input type="checkbox" checked={query.within !== null} onChange={() => ask(inSelected())} />
        {count === undefined
          ? "Selected cells"
          : `${count.toLocaleString("en")} selected ${count === 1 ? "cell" : "cells"}`}
      </label>
    </fieldset>
  );
}

/** Keys with Alt while the bar has the focus; by where they are, as Alt makes other signs of them on a Mac. */
function useAltKeys(press: (code: string) => boolean): void {
  const [handler] = useState<{ press: typeof press }>({ press });
  handler.press = press;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      if (!(event.target instanceof Element) || !event.target.closest("search")) return;
      if (handler.press(event.code)) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [handler]);
}
