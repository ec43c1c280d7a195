import type { HistoryAuthor } from "../../api/history.ts";
import { FileIcon } from "../parts/icons.tsx";
import { PartyMark } from "../parts/party-mark.tsx";
import styles from "./history.module.css";

/** People are round, pipelines square; what came with the file is a sheet of paper. */
export function AuthorMark({ author }: { author: HistoryAuthor }) {
  const { kind, displayName } = author;
  if (kind !== "file") return <PartyMark party={{ kind, displayName }} small />;
  return (
    <span className={styles.fileMark} role="img" aria-label={displayName} title={displayName}>
      <FileIcon />
    </span>
  );
}
