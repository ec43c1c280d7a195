import { useMemo, useState } from "react";
import { Button } from "../../parts/button.tsx";
import styles from "../find-bar.module.css";
import { usePage } from "../page-context.ts";
import type { Search } from "../use-search.ts";
import { replaceAll, replaceOne } from "./replace-text.ts";

/** What is put in the place of what is found, in one place or in all of them. Each press is one step of undo. */
export function ReplaceRow({ search }: { search: Search }) {
  const page = usePage();
  const { query, result, now, cells } = search;
  const [replacement, setReplacement] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found is new whenever the cells are.
  const all = useMemo(() => replaceAll(cells(), query, replacement), [cells, query, replacement, result]);

  const replace = (): void => {
    if (now === null) return;
    // As the cell is at this moment: what others typed since the search stays.
    const isSource = now.where === "source";
    const edit = isSource ? replaceOne(page.model.cell(now.cellId), now.nth, query, replacement) : null;
    if (edit !== null) {
      if (page.apply(edit)) search.again();
      return;
    }
    if (isSource) page.tell("This place is in a cell that may not be edited, or it has just changed.");
    search.go(search.at + 1);
  };

  const replaceEverywhere = (): void => {
    const { edits, places } = replaceAll(cells(), query, replacement);
    if (edits.length === 0 || !page.apply(...edits)) return;
    const where = edits.length === 1 ? "one cell" : `${edits.length.toLocaleString("en")} cells`;
    page.tell(`${countOf(places)} replaced in ${where}.`, {
      action: { label: "Undo", run: () => page.model.undo.undo() },
    });
    search.again();
  };

  const isOutput = now?.where === "outputs";
  return (
    <div className={styles.row}>
      <div className={styles.field}>
        <input
          type="text"
          aria-label="Replace with"
          placeholder={query.isRegExp ? "Replace with: $1, $<name>, \\n" : "Replace with"}
          value={replacement}
          onChange={(event) => setReplacement(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            if (event.ctrlKey || event.metaKey) replaceEverywhere();
            else replace();
          }}
        />
      </div>
      <div className={styles.steps}>
        <Button
          onClick={replace}
          disabled={now === null}
          title={isOutput ? "Outputs are not replaced" : "Enter in the field does the same"}
        >
          {isOutput ? "Skip" : "Replace"}
        </Button>
        <Button onClick={replaceEverywhere} disabled={all.edits.length === 0} title="Ctrl Enter">
          All {all.places > 0 ? all.places.toLocaleString("en") : ""}
        </Button>
      </div>
      {query.text !== "" && <p className={styles.preview}>{previewOf(all)}</p>}
    </div>
  );
}

/** What pressing "All" will do. */
function previewOf({ edits, places, protectedPlaces }: ReturnType<typeof replaceAll>): string {
  const stays =
    protectedPlaces === 0
      ? ""
      : ` ${countOf(protectedPlaces)} in protected cells ${protectedPlaces === 1 ? "stays" : "stay"}.`;
  if (places === 0) return `Nothing to replace in code and text.${stays}`;
  if (edits.length === 0) return `${countOf(places)}, the same already.${stays}`;
  const cells = edits.length === 1 ? "one cell" : `${edits.length.toLocaleString("en")} cells`;
  return `${countOf(places)} in ${cells} will change.${stays}`;
}

const countOf = (count: number): string =>
  count === 1 ? "One place" : `${count.toLocaleString("en")} places`;
