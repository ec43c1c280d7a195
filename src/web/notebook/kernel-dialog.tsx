import { useEffect, useState } from "react";
import type { KernelSpecView } from "../../api/http.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import type { Answer } from "../session/channel.ts";
import { useModel, useSession } from "../session/hooks.ts";
import { kernelAction } from "./execution-actions.ts";
import styles from "./kernel-dialog.module.css";
import { usePage } from "./page-context.ts";

/** Another kernel for this notebook: of those that are installed. */
export function KernelDialog({ onClose }: { onClose: () => void }) {
  const page = usePage();
  const model = useModel();
  const current = useSession((state) => state.kernel.specName);
  const [specs, setSpecs] = useState<Answer<readonly KernelSpecView[]> | null>(null);
  useEffect(() => {
    void model.requests.kernelSpecs().then(setSpecs);
  }, [model]);
  const change = async (kernelName: string): Promise<void> => {
    onClose();
    if (current !== null) await kernelAction(page, { action: "shutdown" });
    await kernelAction(page, { action: "start", kernelName });
  };
  return (
    <Dialog title="Change the kernel" onClose={onClose}>
      <p>Variables of the kernel that runs now are gone then.</p>
      {specs !== null && !specs.ok && <p>{specs.message}</p>}
      {specs?.ok && specs.value.length === 0 && (
        <p>No kernel is installed. `loopbook doctor` tells what to do.</p>
      )}
      <ul className={styles.list}>
        {specs?.ok &&
          specs.value.map((spec) => (
            <li key={spec.name}>
              <Button
                className={styles.spec}
                disabled={spec.name === current}
                onClick={() => void change(spec.name)}
              >
                {spec.displayName}
                <span className={styles.language}>{spec.name === current ? "runs now" : spec.language}</span>
              </Button>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
