/** Makes a waiting ipykernel into the one that was asked for: its folder, its environment variables. */
import type { StartKernelOptions } from "../../kernel/kernel.ts";

/** Variables that Python, its loader or IPython read when they start: too late for a kernel that has started. */
const READ_AT_START =
  /^(PYTHON|IPYTHON|JUPYTER|JPY_PARENT_PID$|LD_|DYLD_|MALLOC_|GLIBC_|LC_|LANG$|LANGUAGE$|TZ$|HOME$)/;

export function canBeSetLater(variable: string): boolean {
  return !READ_AT_START.test(variable);
}

/** One expression, so that no name stays in the user's namespace. It fails where the folder cannot be entered. */
export function adoptionCode(options: StartKernelOptions): string {
  const cwd = options.cwd ?? process.cwd();
  // JSON's texts are Python's as well: JavaScript escapes nothing in them that Python reads otherwise.
  const variables = JSON.stringify({ ...options.env, PWD: cwd });
  return (
    `(lambda os, history: (os.chdir(${JSON.stringify(cwd)}), os.environ.update(${variables}), ` +
    "history.__setitem__(slice(None), [os.getcwd()])))" +
    "(__import__('os'), get_ipython().user_ns.get('_dh', []))"
  );
}
