import { useContext } from "react";
import { storedOf } from "../../../document/output-face.ts";
import type { Output } from "../../../nbformat/notebook.ts";
import type { CellId } from "../../../util/ids.ts";
import { addressOf } from "../../app/router.ts";
import { isScrolled, scrollEdits } from "../../notebook/folding/fold-marks.ts";
import { PageContext } from "../../notebook/page-context.ts";
import { MoreIcon } from "../../parts/icons.tsx";
import { Menu, type MenuItem } from "../../parts/menu.tsx";
import { useOutputs } from "../../session/use-outputs.ts";
import { aloneAddress } from "./alone-address.ts";
import { copyOutput, saveOutput } from "./output-files.ts";
import { formName, outputFile } from "./output-forms.ts";
import styles from "./output-tools.module.css";

interface OutputToolsProps {
  readonly cell: string;
  readonly at: number;
  readonly output: Output;
  /** What is shown of it; null: the richest form. */
  readonly form: string | null;
  readonly onForm: (form: string | null) => void;
}

/** What can be done with one output: a sign at its corner, while its cell is chosen or the pointer is over it. */
export function OutputTools({ cell, at, output, form, onForm }: OutputToolsProps) {
  const page = useContext(PageContext);
  const outputs = useOutputs();
  if (page === null) return null;
  const id = cell as CellId;
  const path = page.model.state.get().path ?? "";
  const snapshot = page.model.cell(id);
  const scrolled = snapshot !== undefined && isScrolled(snapshot);
  const number = page.ids().indexOf(id) + 1;
  const copy = (): void =>
    void copyOutput(output, form, outputs).then(
      (what) => page.tell(`${what} copied.`),
      () => page.tell("The browser did not let the page copy this."),
    );
  const save = (): void =>
    void saveOutput(output, form, outputs, (ending) => outputFile(path, number, at, ending)).catch(() =>
      page.tell("This output cannot be read any more."),
    );
  const forms = formsOf(output);
  const shownAs: readonly MenuItem[] =
    forms.length < 2
      ? []
      : [
          { label: "Show the richest form", checked: form === null, onSelect: () => onForm(null) },
          ...forms.map((mime) => ({
            label: `Show as ${formName(mime)}`,
            checked: form === mime,
            onSelect: () => onForm(mime),
          })),
        ];
  return (
    <Menu
      label={`Output ${at + 1}: copy, save, open alone`}
      rootClassName={styles.tools}
      className={styles.button}
      groups={[
        [
          { label: "Copy", onSelect: copy },
          { label: "Save as a file", onSelect: save },
          {
            label: "Open alone",
            onSelect: () =>
              window.open(
                aloneAddress(addressOf({ page: "notebook", path }), { cell, at }),
                "_blank",
                "noopener",
              ),
          },
        ],
        shownAs,
        [
          { label: "Fold the cell's outputs", onSelect: () => page.fold([id], "outputs", true) },
          ...(page.canEdit && snapshot
            ? [
                {
                  label: scrolled ? "Outputs whole" : "Outputs in a box that scrolls",
                  onSelect: () => void page.apply(...scrollEdits(snapshot, !scrolled)),
                },
              ]
            : []),
        ],
      ]}
    >
      <MoreIcon />
    </Menu>
  );
}

function formsOf(output: Output): readonly string[] {
  const stored = storedOf(output);
  if (stored?.kind === "value") return Object.keys(stored.forms);
  return output.output_type === "stream" || output.output_type === "error" ? [] : Object.keys(output.data);
}
