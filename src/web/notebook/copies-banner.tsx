import { useEffect, useState } from "react";
import { Button } from "../parts/button.tsx";
import { useSession } from "../session/hooks.ts";
import styles from "./banners.module.css";
import { usePage } from "./page-context.ts";

/** Other versions of this notebook beside it, as tools that synchronise folders leave them. Asked for once. */
export function CopiesBanner() {
  const page = usePage();
  const loaded = useSession((state) => state.loaded);
  const canEdit = useSession((state) => state.rights.edit);
  const [copies, setCopies] = useState<readonly string[]>([]);
  const { requests } = page.model;
  useEffect(() => {
    if (!loaded || !canEdit) return;
    let isGone = false;
    void requests.conflictCopies().then((answer) => {
      if (answer.ok && !isGone) setCopies(answer.value);
    });
    return () => {
      isGone = true;
    };
  }, [loaded, canEdit, requests]);
  const [name] = copies;
  if (name === undefined) return null;
  const merge = async (): Promise<void> => {
    const answer = await requests.mergeCopy(name);
    if (answer.ok) setCopies(answer.value);
    else page.tell(answer.message, { tone: "bad" });
  };
  return (
    <section className={styles.banner} aria-label="Other versions" role="status">
      <p>
        <b>Another version lies beside this notebook:</b> {name}. Merging adds what it has; nothing is
        deleted, and what differs is shown as a conflict.
      </p>
      <div className={styles.choices}>
        <Button onClick={() => void merge()}>Merge</Button>
        <Button onClick={() => setCopies(copies.slice(1))}>Not now</Button>
      </div>
    </section>
  );
}
