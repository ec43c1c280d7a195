import { Menu } from "../parts/menu.tsx";
import { kernelText } from "../run/run-text.ts";
import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { keysOf, runCommand } from "./commands.ts";
import { kernelAction } from "./execution-actions.ts";
import styles from "./kernel-menu.module.css";
import { usePage } from "./page-context.ts";

/** The kernel's name and state; its actions behind it. */
export function KernelMenu() {
  const page = usePage();
  const kernel = useSession((state) => state.kernel);
  const { execute } = useSession((state) => state.rights);
  const running = useSession((state) => isLive(state.run));
  const none = kernel.state === "none" || kernel.state === "dead";
  // Cells of an attached run are told by a process of its own: without a kernel, that is what works here.
  const process = useSession(({ run }) => (run?.kind === "attached" ? (run.process ?? null) : null));
  const shown = kernel.state === "none" ? process : null;
  const name = shown?.language ?? kernel.displayName ?? (kernel.state === "none" ? "No kernel" : "Kernel");
  const item = (id: string, label: string, disabled = false) => ({
    label,
    keys: keysOf(id),
    disabled: disabled || !execute,
    onSelect: () => runCommand(page, id),
  });
  return (
    <Menu
      label="Kernel"
      named
      className={styles.button}
      groups={[
        execute
          ? []
          : [{ label: "This address does not let you use it", disabled: true, onSelect: () => {} }],
        [
          ...(none
            ? [
                {
                  label: "Start the kernel",
                  disabled: !execute,
                  onSelect: () => void kernelAction(page, { action: "start" }),
                },
              ]
            : []),
          item("interrupt", "Interrupt", none),
          item("restart", "Restart…", none || running),
          item("change-kernel", "Change kernel…", running),
          item("shutdown", "Shut down", none || running),
        ],
        [item("variables", "Variables"), item("format-all", "Format all cells", none)],
      ]}
    >
      <span
        className={`${styles.dot} ${styles[shown !== null && running ? "busy" : kernel.state]}`}
        aria-hidden="true"
      />
      <span className="visually-hidden">{shown === null ? "Kernel " : "Process "}</span>
      <span className={styles.name}>{name}</span>{" "}
      <span className={styles.state}>
        {shown === null ? kernelText(kernel) : `pid ${shown.pid} on ${shown.host}`}
      </span>
    </Menu>
  );
}
