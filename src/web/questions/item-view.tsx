import type { Question } from "../../review/question.ts";
import { MimeOutput } from "../outputs/mime-output.tsx";
import styles from "./questions.module.css";

/** What is asked about, drawn as any output is. */
export function ItemView({ question }: { question: Question }) {
  const { item } = question.asked;
  if (item === undefined) return null;
  return (
    <div className={styles.item}>
      <MimeOutput data={item.data} metadata={item.metadata ?? {}} />
    </div>
  );
}
