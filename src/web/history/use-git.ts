import { useEffect, useState } from "react";
import type { GitView } from "../../api/history.ts";
import { usePage } from "../notebook/page-context.ts";
import { answerOf } from "../session/api.ts";
import { clientOf } from "./history-actions.ts";

/** Git's last commit of the notebook; null until it is known. */
export function useGit(): GitView | null {
  const page = usePage();
  const [git, setGit] = useState<GitView | null>(null);
  useEffect(() => {
    let wanted = true;
    void answerOf(clientOf(page).git()).then((answer) => {
      if (wanted) setGit(answer.ok ? answer.value : { type: "none", message: answer.message });
    });
    return () => {
      wanted = false;
    };
  }, [page]);
  return git;
}
