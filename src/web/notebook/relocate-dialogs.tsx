import { addressOf } from "../app/router.ts";
import { NameDialog } from "../listing/name-dialog.tsx";
import { copyName } from "../listing/notebook-name.ts";
import { useSession } from "../session/hooks.ts";
import { usePage } from "./page-context.ts";

export type RelocateName = "rename" | "save-as" | "duplicate";

const TEXTS = {
  rename: {
    how: "move",
    title: "Rename the notebook",
    hint: "Everybody in it stays, and so do its run and kernel. With a folder before it, such as old/name, it moves there.",
    action: "Rename",
  },
  "save-as": {
    how: "save-as",
    title: "Save as",
    hint: "You and everybody here go on under the new name. The file of before stays as it was saved last.",
    action: "Save",
  },
  duplicate: {
    how: "copy",
    title: "Duplicate the notebook",
    hint: "A copy of what the notebook holds now. This page stays where it is.",
    action: "Duplicate",
  },
} as const;

/** Another name for the notebook, or another notebook like it. */
export function RelocateDialogs({ dialog, onClose }: { dialog: RelocateName; onClose: () => void }) {
  const page = usePage();
  const path = useSession((state) => state.path) ?? "Untitled.ipynb";
  const parts = path.split("/");
  const name = parts.at(-1) ?? path;
  const { how, ...texts } = TEXTS[dialog];
  return (
    <NameDialog
      {...texts}
      name={how === "copy" ? copyName(name) : name}
      // What lies outside of the server's folder goes into it.
      folder={path.startsWith("/") ? "" : parts.slice(0, -1).join("/")}
      submit={async (to) => {
        const answer = await page.model.requests.relocate(how, to);
        if (answer.ok && how === "copy") {
          const open = () =>
            window.open(addressOf({ page: "notebook", path: answer.value }), "_blank", "noopener");
          page.tell(`Copied to ${answer.value}.`, { action: { label: "Open", run: open } });
        }
        return answer;
      }}
      onClose={onClose}
    />
  );
}
