import { useEffect } from "react";
import { Button, IconButton } from "../parts/button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import styles from "./notice-bar.module.css";
import { usePage, useUi } from "./page-context.ts";

/** Long enough to read and to reach; a refusal stays until it is closed. */
const SHOWN_MS = 8000;

/** What came of an action, at the lower edge. */
export function NoticeBar() {
  const page = usePage();
  const notice = useUi((ui) => ui.notice);
  useEffect(() => {
    if (!notice || notice.tone === "bad") return;
    const timer = setTimeout(() => page.dismissNotice(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, page]);
  return (
    <div role="status" className={styles.place}>
      {notice && (
        <div key={notice.id} className={`${styles.notice} ${notice.tone === "bad" ? styles.bad : ""}`}>
          <span>{notice.text}</span>
          {notice.action && (
            <Button
              look="quiet"
              className={styles.action}
              onClick={() => {
                notice.action?.run();
                page.dismissNotice();
              }}
            >
              {notice.action.label}
            </Button>
          )}
          <IconButton
            label="Close this message"
            className={styles.close}
            onClick={() => page.dismissNotice()}
          >
            <CloseIcon />
          </IconButton>
        </div>
      )}
    </div>
  );
}
