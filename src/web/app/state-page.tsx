import { Button } from "../parts/button.tsx";
import { Link } from "./link.tsx";
import styles from "./state-page.module.css";

interface StatePageProps {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly home?: boolean;
}

/** The whole page when there is nothing else to show: loading too long, not found, not allowed, broken. */
export function StatePage({ title, text, action, home = true }: StatePageProps) {
  return (
    <main className={styles.page}>
      <h1>{title}</h1>
      <p>{text}</p>
      <div className={styles.actions}>
        {action && (
          <Button look="go" onClick={action.run}>
            {action.label}
          </Button>
        )}
        {home && <Link to={{ page: "folder", path: "" }}>All notebooks</Link>}
      </div>
    </main>
  );
}
