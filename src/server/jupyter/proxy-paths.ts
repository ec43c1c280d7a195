/**
 * Which requests go to the stock Jupyter server behind this one: JupyterLab's page and its files, its settings,
 * extensions and terminals, and plain text files that are edited together. Notebooks, kernels and files are ours. Pure.
 */
import type { Action } from "../../people/access.ts";

/** JupyterLab's own API; the rest of `/api` is ours. */
const THEIR_API = /^\/api\/(terminals|events|config|nbconvert|security)(\/|$)/;
const THEIR_TEXT_ROOM =
  /^\/api\/collaboration\/room\/(?!json(?::|%3A)notebook(?::|%3A)|JupyterLab(?::|%3A))/i;
const OUR_PAGE = /^\/(open\/.*|assets\/.*|index\.html|kernelspecs\/.*|v1\/(metrics|logs|traces))?$/;

/** A notebook is shared live by us, whatever else by them. */
const THEIR_TEXT_SESSION = /^\/api\/collaboration\/session\/(?!.*\.ipynb$)/i;

/** @param isOurs whether our own page has a file of this name. */
export function isTheirs(path: string, isUpgrade: boolean, isOurs: (path: string) => boolean): boolean {
  if (path === "/api" || path.startsWith("/api/"))
    return THEIR_API.test(path) || (isUpgrade ? THEIR_TEXT_ROOM : THEIR_TEXT_SESSION).test(path);
  return !OUR_PAGE.test(path) && !isOurs(path);
}

/** The right that a request to it needs: whatever can change something there can run something. */
export function rightFor(method: string, path: string, isUpgrade: boolean): Action {
  if (isUpgrade) return path.startsWith("/api/events") ? "look" : "execute";
  return method === "GET" || method === "HEAD" ? "look" : "execute";
}
