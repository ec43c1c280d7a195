import { lazy, Suspense } from "react";
import { usePage, useUi } from "./page-context.ts";

// None of them is on the first screen.
const ShortcutsDialog = lazy(async () => ({
  default: (await import("./shortcuts-dialog.tsx")).ShortcutsDialog,
}));
const PaletteDialog = lazy(async () => ({ default: (await import("./palette-dialog.tsx")).PaletteDialog }));
const JumpDialog = lazy(async () => ({ default: (await import("./toc/jump-dialog.tsx")).JumpDialog }));
const loadConfirm = () => import("./confirm-dialogs.tsx");
const ConfirmDialogs = lazy(async () => ({ default: (await loadConfirm()).ConfirmDialogs }));
const RelocateDialogs = lazy(async () => ({
  default: (await import("./relocate-dialogs.tsx")).RelocateDialogs,
}));
const FindBar = lazy(async () => ({ default: (await import("./find-bar.tsx")).FindBar }));
const KernelDialog = lazy(async () => ({ default: (await import("./kernel-dialog.tsx")).KernelDialog }));

const HistoryDialog = lazy(async () => ({
  default: (await import("../history/history-dialog.tsx")).HistoryDialog,
}));

const ExportDialog = lazy(async () => ({ default: (await import("./export-dialog.tsx")).ExportDialog }));

/** Asked for by two keys in a hurry, so they are there before. */
export function prefetchDialogs(): Promise<unknown> {
  return loadConfirm();
}

export function Dialogs() {
  const page = usePage();
  const dialog = useUi((ui) => ui.dialog);
  const finds = useUi((ui) => ui.find !== null);
  const close = (): void => page.open(null);
  if (dialog === null && !finds) return null;
  return (
    <Suspense fallback={null}>
      {finds && <FindBar />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={close} />}
      {dialog === "palette" && <PaletteDialog onClose={close} />}
      {dialog === "jump" && <JumpDialog onClose={close} />}
      {dialog === "kernel" && <KernelDialog onClose={close} />}
      {(dialog === "rename" || dialog === "save-as" || dialog === "duplicate") && (
        <RelocateDialogs dialog={dialog} onClose={close} />
      )}
      {dialog === "export" && <ExportDialog onClose={close} />}
      {(dialog === "history" || dialog === "name-version") && (
        <HistoryDialog naming={dialog === "name-version"} onClose={close} />
      )}
      {(dialog === "restart" || dialog === "stop-run" || dialog === "refuse" || dialog === "approve") && (
        <ConfirmDialogs dialog={dialog} onClose={close} />
      )}
    </Suspense>
  );
}
