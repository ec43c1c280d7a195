import { PublishDialog } from "../listing/publish-dialog.tsx";
import { useSession } from "../session/hooks.ts";

/** The notebook of this page as a file, or as a page for readers. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const path = useSession((state) => state.path);
  const mayPublish = useSession(({ rights, limitedTo }) => rights.execute && limitedTo === undefined);
  if (path === null) return null;
  return <PublishDialog path={path} mayPublish={mayPublish} onClose={onClose} />;
}
