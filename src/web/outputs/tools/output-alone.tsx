import { useEffect } from "react";
import type { CellId } from "../../../util/ids.ts";
import { Link } from "../../app/link.tsx";
import { KeptScope } from "../../notebook/kept-state.ts";
import { NoticeBar } from "../../notebook/notice-bar.tsx";
import { useCell, useModel, useSession } from "../../session/hooks.ts";
import { OutputView } from "../output-area.tsx";
import type { AlonePlace } from "./alone-address.ts";
import styles from "./output-alone.module.css";

/** One output over the whole page, as it is now and as it changes. */
export function OutputAlone({ path: asked, place }: { path: string; place: AlonePlace }) {
  const model = useModel();
  const path = useSession((state) => state.path) ?? asked;
  const loaded = useSession((state) => state.loaded);
  const isOffline = useSession((state) => state.connection !== "online" && state.connection !== "connecting");
  const cell = useCell(place.cell as CellId);
  const name = path.split("/").at(-1) ?? path;
  const number = model.cellIds().indexOf(place.cell as CellId) + 1;
  useEffect(() => {
    document.title = `Output of cell ${number} · ${name}`;
  }, [number, name]);
  useEffect(() => {
    // What runs elsewhere is told at its end.
    const look = (): void => model.channel.look(document.hidden ? [] : [place.cell]);
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [model, place.cell]);
  const output = cell?.outputs[place.at];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Link to={{ page: "notebook", path }}>{name}</Link>
        <span>
          {number > 0 ? `cell ${number}` : "no such cell"}
          {cell && cell.outputs.length > 1 ? `, output ${place.at + 1}` : ""}
        </span>
        {isOffline && <span role="status">No connection to the server.</span>}
      </header>
      <main
        className={styles.body}
        aria-label={`Output of cell ${number}`}
        data-notebook=""
        aria-busy={!loaded}
      >
        {output !== undefined ? (
          <KeptScope.Provider value={place.cell}>
            <OutputView output={output} at={place.at} isActive />
          </KeptScope.Provider>
        ) : (
          loaded && (
            <p className={styles.none}>
              This output is not there (any more): its cell was run again, cleared or deleted.
            </p>
          )
        )}
      </main>
      <NoticeBar />
    </div>
  );
}
