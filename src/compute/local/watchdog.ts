/**
 * Ends our kernels when we are gone, however we went. A POSIX shell in a session of its own reads the process groups
 * of our kernels from a pipe; when we die, also by `kill -9`, the operating system closes the pipe, and the shell
 * kills the groups that are still listed and removes our runtime folder. ipykernel watches its parent by itself; most
 * other kernels do not.
 */
import { type ChildProcess, spawn } from "node:child_process";

/** Lines: `+PGID`, `-PGID`. $1 is the folder to remove. Nothing but the words of any POSIX sh. */
const SCRIPT = `
groups=' '
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) before=\${groups%% $group *}; [ "$before" = "$groups" ] || groups="$before \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
rm -rf -- "$1"
`;

export class Watchdog {
  private readonly shell: ChildProcess | null;

  /** @param runtimeDir removed when we are gone. */
  constructor(runtimeDir: string) {
    if (process.platform === "win32") {
      this.shell = null;
      return;
    }
    this.shell = spawn("/bin/sh", ["-c", SCRIPT, "loopbook-watchdog", runtimeDir], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      cwd: "/",
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    });
    this.shell.on("error", () => {}); // No shell: kernels that watch their parent still end.
    this.shell.stdin?.on("error", () => {});
    // It must not keep a program alive that is otherwise done; its pipe closes with us, and that is its cue.
    this.shell.unref();
    const pipe: unknown = this.shell.stdin;
    if (hasUnref(pipe)) pipe.unref();
  }

  watch(processGroup: number): void {
    this.shell?.stdin?.write(`+${processGroup}\n`);
  }

  forget(processGroup: number): void {
    this.shell?.stdin?.write(`-${processGroup}\n`);
  }

  /** Its end of file: it kills what is still listed, removes the folder and is reaped. */
  async close(): Promise<void> {
    const shell = this.shell;
    if (shell === null || shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined)
      return;
    shell.ref();
    await new Promise<void>((resolve) => {
      shell.once("exit", () => resolve());
      shell.stdin?.end();
    });
  }
}

function hasUnref(value: unknown): value is { unref(): void } {
  return typeof value === "object" && value !== null && "unref" in value && typeof value.unref === "function";
}
