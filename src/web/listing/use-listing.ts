import { useCallback, useEffect, useState } from "react";
import type { FolderListing } from "../../api/http.ts";
import { answerOf } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import { files } from "./folder-state.ts";

const REFRESH_MS = 5000;

/** A folder's entries, asked for again now and then while somebody looks. */
export function useListing(path: string, hidden: boolean) {
  const [listing, setListing] = useState<Answer<FolderListing> | null>(null);
  const load = useCallback(async () => {
    const answer = await answerOf(files.list(path, hidden));
    // A server that is away for a moment does not empty the page.
    setListing((before) => (answer.ok || !before?.ok ? answer : before));
  }, [path, hidden]);
  useEffect(() => {
    void load();
    const timer = setInterval(() => document.visibilityState === "visible" && void load(), REFRESH_MS);
    window.addEventListener("focus", load);
    return () => {
      clearInterval(timer);
      window.removeEventListener("focus", load);
    };
  }, [load]);
  return { listing, load };
}
