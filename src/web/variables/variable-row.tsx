import { useState } from "react";
import type { KernelVariable } from "../../kernel/variables/read-variables.ts";
import { toCodePoints } from "../editor/code-points.ts";
import { inspectedText } from "../inspection/inspected.ts";
import { usePage } from "../notebook/page-context.ts";
import { IconButton } from "../parts/button.tsx";
import { CopyIcon } from "../parts/icons.tsx";
import { useModel } from "../session/hooks.ts";
import { formatBytes } from "../text/sizes.ts";
import { shapeText } from "./sort-variables.ts";
import styles from "./variables-panel.module.css";

/** One variable; its name opens what the kernel says of it. */
export function VariableRow({ variable, changed }: { variable: KernelVariable; changed: boolean }) {
  const model = useModel();
  const page = usePage();
  const [about, setAbout] = useState<string | null>(null);
  const { name, type, shape, bytes, value } = variable;
  const inspect = async (): Promise<void> => {
    if (about !== null) return setAbout(null);
    setAbout("…");
    const answer = await model.requests.inspect(name, toCodePoints(name, name.length));
    setAbout(inspectedText(answer));
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(name);
      page.tell(`${name} copied.`);
    } catch {
      page.tell("The browser does not let the page copy.", { tone: "bad" });
    }
  };
  const sides = shapeText(shape);
  return (
    <>
      <tr className={changed ? styles.changed : undefined}>
        <th scope="row" className={styles.name}>
          <button
            type="button"
            className={styles.open}
            aria-expanded={about !== null}
            onClick={() => void inspect()}
          >
            {name}
          </button>
          <IconButton label={`Copy ${name}`} className={styles.copy} onClick={() => void copy()}>
            <CopyIcon />
          </IconButton>
          <div className={styles.value} title={value}>
            {value}
          </div>
        </th>
        <td className={styles.type}>
          <div title={type}>{type.split(".").at(-1)}</div>
          {sides !== "" && <div className={styles.sides}>{sides}</div>}
        </td>
        <td className={styles.size}>{bytes === null ? "" : formatBytes(bytes)}</td>
      </tr>
      {about !== null && (
        <tr>
          <td colSpan={3}>
            <pre className={styles.about}>{about}</pre>
          </td>
        </tr>
      )}
    </>
  );
}
