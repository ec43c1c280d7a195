/** Two kinds of address: a folder (`/`, `/?path=a/b`) and a notebook (`/notebook/a/b.ipynb`). */
import { createStore } from "../session/store.ts";

export type Route =
  | { readonly page: "folder"; readonly path: string }
  | { readonly page: "notebook"; readonly path: string };

export function parseRoute(pathname: string, search: string): Route {
  const notebook = /^\/notebook\/(.+)$/.exec(pathname);
  if (notebook) return { page: "notebook", path: (notebook[1] ?? "").split("/").map(decode).join("/") };
  return { page: "folder", path: new URLSearchParams(search).get("path") ?? "" };
}

export function addressOf(route: Route): string {
  if (route.page === "notebook")
    return `/notebook/${route.path.split("/").map(encodeURIComponent).join("/")}`;
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

export function followHistory(): void {
  window.addEventListener("popstate", () => routeStore.set(here()));
}
