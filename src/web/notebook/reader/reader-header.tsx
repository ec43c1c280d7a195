import { Mark } from "../../app/brand.tsx";
import { Button, IconButton } from "../../parts/button.tsx";
import { ContentsIcon } from "../../parts/icons.tsx";
import { type CodeView, useView } from "../../session/view.ts";
import { keysOf, runCommand } from "../commands.ts";
import { usePage } from "../page-context.ts";
import { askContents } from "../toc/contents-store.ts";
import { showCode } from "./reader-actions.ts";
import styles from "./reader-header.module.css";

const CODE: readonly (readonly [CodeView, string])[] = [
  ["shown", "Shown"],
  ["folded", "Folded"],
  ["hidden", "Hidden"],
];

/** All that is over a notebook that is read: its name, how much of its code, the ways out. */
export function ReaderHeader({ path }: { path: string }) {
  const page = usePage();
  const code = useView((view) => view.code);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      page.tell("The link to this view is copied.");
    } catch {
      page.tell(`The link to this view: ${window.location.href}`);
    }
  };
  return (
    <div className={styles.bar}>
      <IconButton label="Contents" keys="Ctrl Shift K" onClick={askContents}>
        <ContentsIcon />
      </IconButton>
      <Mark />
      <h1 className={styles.title} title={path}>
        {path.split("/").at(-1)}
      </h1>
      <fieldset className={styles.code}>
        <legend>Code</legend>
        {CODE.map(([view, label]) => (
          <label key={view}>
            <input type="radio" name="code" checked={code === view} onChange={() => showCode(view)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <Button look="quiet" onClick={() => void copy()}>
        Copy the link
      </Button>
      <Button look="quiet" onClick={() => runCommand(page, "print")}>
        Print
      </Button>
      <Button keys={keysOf("reader")} onClick={() => runCommand(page, "reader")}>
        Work in it
      </Button>
    </div>
  );
}
