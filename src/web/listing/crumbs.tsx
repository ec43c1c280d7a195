import { Link } from "../app/link.tsx";
import { dropOn } from "./entry-row.tsx";
import styles from "./folder-page.module.css";

interface CrumbsProps {
  readonly path: string;
  readonly root: string;
  /** What is dropped on a folder above; null: nothing may be. */
  readonly onDrop: ((paths: readonly string[], folder: string) => void) | null;
}

/** The folders above, from the top. */
export function Crumbs({ path, root, onDrop }: CrumbsProps) {
  if (path === "") return null;
  const parts = path.split("/").slice(0, -1);
  const drop = (folder: string) => (onDrop === null ? {} : dropOn((paths) => onDrop(paths, folder)));
  return (
    <nav aria-label="Folders above" className={styles.crumbs}>
      <Link to={{ page: "folder", path: "" }} {...drop("")}>
        {root || "Notebooks"}
      </Link>
      {parts.map((part, index) => {
        const above = parts.slice(0, index + 1).join("/");
        return (
          <span key={above}>
            {" / "}
            <Link to={{ page: "folder", path: above }} {...drop(above)}>
              {part}
            </Link>
          </span>
        );
      })}
      {" /"}
    </nav>
  );
}
