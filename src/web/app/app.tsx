import { lazy, Suspense } from "react";
import { FolderPage } from "../listing/folder-page.tsx";
import { useStore } from "../session/store.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { routeStore } from "./router.ts";

// The listing needs no document, so it does not load what a notebook needs.
const NotebookPage = lazy(async () => ({
  default: (await import("../notebook/notebook-page.tsx")).NotebookPage,
}));

export function App() {
  const route = useStore(routeStore);
  return (
    <ErrorBoundary key={`${route.page}:${route.path}`}>
      {route.page === "folder" ? (
        <FolderPage path={route.path} />
      ) : (
        <Suspense fallback={null}>
          <NotebookPage path={route.path} />
        </Suspense>
      )}
    </ErrorBoundary>
  );
}
