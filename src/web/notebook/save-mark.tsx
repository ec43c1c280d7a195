import { useSession } from "../session/hooks.ts";
import styles from "./save-mark.module.css";

/** Quiet while all is well. What went wrong has a banner of its own. */
export function SaveMark() {
  const text = useSession(({ save, loaded, connection }) => {
    if (!loaded || connection !== "online") return "";
    if (save.type === "failed" || save.type === "waiting" || save.type === "missing") return "not saved";
    return save.type === "saved" ? "saved" : "saving…";
  });
  if (text === "") return null;
  return <span className={`${styles.mark} ${text === "not saved" ? styles.bad : ""}`}>{text}</span>;
}
