import { useSession } from "../session/hooks.ts";
import styles from "./docs-panel.module.css";
import { kernelAbsence } from "./kernel-absence.ts";
import { useDocs } from "./use-docs.ts";

/** The documentation of the name at the cursor, beside the code; it follows the cursor. */
export function DocsPanel() {
  const absence = useSession(kernelAbsence);
  const docs = useDocs(absence === null);
  return (
    <section className={styles.panel} aria-labelledby="docs-title">
      <h2 id="docs-title">Documentation</h2>
      {absence !== null ? (
        <p className={styles.nothing}>{absence}</p>
      ) : docs === null ? (
        <p className={styles.nothing}>Put the cursor on a name in a code cell, and what it is stands here.</p>
      ) : (
        <>
          <h3 className={styles.name}>{docs.name}</h3>
          {/* Long ones scroll with the panel. */}
          <pre className={styles.text}>{docs.text}</pre>
        </>
      )}
    </section>
  );
}
