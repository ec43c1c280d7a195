/**
 * Addresses of the page: a folder (`/`, `/?path=a/b`), a file (`/?file=a.csv`) and a notebook (`/open/a/b.ipynb`, as the server and the command
 * line print them; `/notebook/…` means the same).
 */
import { createStore } from "../session/store.ts";

export type Route =
  | { readonly page: "folder"; readonly path: string }
  | { readonly page: "notebook"; readonly path: string }
  /** Any other file, to be looked at. */
  | { readonly page: "file"; readonly path: string };

export function parseRoute(pathname: string, search: string): Route {
  const opened = /^\/(?:open|notebook)\/(.+)$/.exec(pathname);
  if (opened) {
    const path = (opened[1] ?? "").split("/").map(decode).join("/");
    return { page: path.endsWith(".ipynb") ? "notebook" : "folder", path };
  }
  const named = new URLSearchParams(search);
  const file = named.get("file");
  if (file !== null) return { page: "file", path: file };
  return { page: "folder", path: named.get("path") ?? "" };
}

export function addressOf(route: Route): string {
  if (route.page === "notebook") return `/open/${route.path.split("/").map(encodeURIComponent).join("/")}`;
  if (route.page === "file") return `/?${new URLSearchParams({ file: route.path })}`;
  return route.path === "" ? "/" : `/?${new URLSearchParams({ path: route.path })}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const here = (): Route => parseRoute(window.location.pathname, window.location.search);

export const routeStore = createStore<Route>(
  typeof window === "undefined" ? { page: "folder", path: "" } : here(),
);

export function navigate(route: Route): void {
  window.history.pushState(null, "", addressOf(route));
  window.scrollTo(0, 0);
  routeStore.set(route);
}

/** The address bar tells another path of what is shown already; nothing is loaded anew. */
export function readdress(route: Route): void {
  const { search, hash } = window.location;
  window.history.replaceState(null, "", `${addressOf(route)}${search}${hash}`);
}

export function followHistory(): void {
  window.addEventListener("popstate", () => routeStore.set(here()));
}
