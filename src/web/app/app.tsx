import { lazy, Suspense } from "react";
import { useStore } from "../session/store.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { routeStore } from "./router.ts";

// Each page loads what it needs: the listing no document, a notebook no listing.
const FolderPage = lazy(async () => ({ default: (await import("../listing/folder-page.tsx")).FolderPage }));
const NotebookPage = lazy(async () => ({
  default: (await import("../notebook/notebook-page.tsx")).NotebookPage,
}));

const FilePage = lazy(async () => ({ default: (await import("../files/file-page.tsx")).FilePage }));

export function App() {
  const route = useStore(routeStore);
  return (
    <ErrorBoundary key={`${route.page}:${route.path}`}>
      <Suspense fallback={null}>
        {route.page === "folder" && <FolderPage path={route.path} />}
        {route.page === "file" && <FilePage path={route.path} />}
        {route.page === "notebook" && <NotebookPage path={route.path} />}
      </Suspense>
    </ErrorBoundary>
  );
}
