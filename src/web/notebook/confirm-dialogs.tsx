import { useState } from "react";
import type { RunCommandBody } from "../../api/http.ts";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { steer } from "../run/run-actions.ts";
import { kernelAction } from "./execution-actions.ts";
import { usePage } from "./page-context.ts";

type ConfirmName = "restart" | "stop-run" | "refuse" | "approve";

const TEXTS: Readonly<
  Record<ConfirmName, { title: string; text: string; action: string; asksWhy: boolean }>
> = {
  restart: {
    title: "Restart the kernel?",
    text: "Its variables are gone then. The notebook and its outputs stay.",
    action: "Restart",
    asksWhy: false,
  },
  "stop-run": {
    title: "Stop the run?",
    text: "The cell that runs is interrupted. What was done until now is saved, and the run can be taken up again later.",
    action: "Stop the run",
    asksWhy: false,
  },
  refuse: {
    title: "Refuse?",
    text: "The run ends here as stopped. Nothing after this cell is run.",
    action: "Refuse",
    asksWhy: true,
  },
  approve: {
    title: "Approve?",
    text: "The run goes on with this cell. Your name and the reason are kept.",
    action: "Approve",
    asksWhy: true,
  },
};

/** Before something that cannot be taken back. */
export function ConfirmDialogs({ dialog, onClose }: { dialog: ConfirmName; onClose: () => void }) {
  const page = usePage();
  const [reason, setReason] = useState("");
  const { title, text, action, asksWhy } = TEXTS[dialog];
  const confirm = (): void => {
    onClose();
    if (dialog === "restart") void kernelAction(page, { action: "restart" });
    else void steer(page, commandOf(dialog, reason.trim()));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <p style={{ marginBottom: 16 }}>{text}</p>
        {asksWhy && (
          <Field label="Why?" hint="Kept with the run, for everybody who asks later. May stay empty.">
            {(ids) => (
              <input
                {...ids}
                data-autofocus=""
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        <div className={dialogStyles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="go" type="submit" data-autofocus={asksWhy ? undefined : ""}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function commandOf(dialog: Exclude<ConfirmName, "restart">, reason: string): RunCommandBody {
  if (dialog === "stop-run") return { type: "stop" };
  return { type: dialog, reason: reason === "" ? null : reason };
}
