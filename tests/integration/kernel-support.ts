/** For tests with real kernels: where Python is, a provider that finds its specs, a listener that remembers. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalProvider, type LocalProviderOptions } from "../../src/compute/local/local-provider.ts";
import type {
  ExecuteOutcome,
  ExecuteRequest,
  InputRequest,
  IopubMessage,
  Kernel,
} from "../../src/kernel/kernel.ts";

/** The Python environment of the tests: ipykernel, bash_kernel, ipywidgets (made by `npm run setup`). */
export const PYTHON_PREFIX = resolve(
  process.env.LOOPBOOK_TEST_PYTHON ?? join(import.meta.dirname, "../../.loopbook/python"),
);
export const PYTHON = join(PYTHON_PREFIX, "bin/python");

export const KERNEL_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  VIRTUAL_ENV: PYTHON_PREFIX,
  JUPYTER_PREFER_ENV_PATH: "1",
};

export function aProvider(options: LocalProviderOptions = {}): LocalProvider {
  return new LocalProvider({ env: KERNEL_ENV, ...options });
}

export interface Heard {
  readonly outputs: IopubMessage[];
  readonly outcome: ExecuteOutcome;
}

/** Executes, and gives what came (without the echo of the input) and how it ended. */
export async function execute(
  kernel: Kernel,
  code: string,
  request: Partial<ExecuteRequest> = {},
): Promise<Heard> {
  const outputs: IopubMessage[] = [];
  const onOutput = (message: IopubMessage): void => {
    if (message.type !== "execute_input") outputs.push(message);
  };
  return { outcome: await kernel.execute({ code, ...request }, { onOutput }), outputs };
}

/** What an execution printed, all streams of this name joined. */
export function printed(outputs: readonly IopubMessage[], name = "stdout"): string {
  return outputs
    .map((message) => (message.type === "stream" && message.name === name ? message.text : ""))
    .join("");
}

/** Executes with input allowed; `answer` is called for each question. */
export function executeAsking(
  kernel: Kernel,
  code: string,
  onInputRequest: (request: InputRequest) => void,
): Promise<ExecuteOutcome> {
  return kernel.execute({ code, allowStdin: true }, { onOutput: () => {}, onInputRequest });
}

/** Settles with the first output that fits, while the execution goes on. */
export function untilOutput(
  kernel: Kernel,
  code: string,
  fits: (message: IopubMessage) => boolean,
): { readonly seen: Promise<IopubMessage>; readonly outcome: Promise<ExecuteOutcome> } {
  let outcome: Promise<ExecuteOutcome> = Promise.reject(new Error("not started"));
  outcome.catch(() => {});
  const seen = new Promise<IopubMessage>((resolve) => {
    const onOutput = (message: IopubMessage): void => {
      if (fits(message)) resolve(message);
    };
    outcome = kernel.execute({ code }, { onOutput });
  });
  return { seen, outcome };
}

/** Starts a cell that runs until it is interrupted, and returns when it does run. */
export async function aBusyKernel(
  kernel: Kernel,
  code = "while True: time.sleep(0.05)",
): Promise<Promise<ExecuteOutcome>[]> {
  const { seen, outcome } = untilOutput(
    kernel,
    `import time\nprint('busy', flush=True)\n${code}`,
    (message) => message.type === "stream",
  );
  await seen;
  // Wrapped, so that awaiting this function does not wait for the cell.
  return [outcome];
}

/** Waits for a condition, with a limit. */
export async function until(what: string, isTrue: () => boolean, limitMs = 10_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Process ids of a session (the kernel's own) that are alive or zombies. */
export function processesOfSession(sessionId: number): number[] {
  const list = execFileSync("ps", ["-e", "-o", "pid=,sid=,stat="], { encoding: "utf8" });
  return list
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, sid]) => Number(sid) === sessionId)
    .map(([pid]) => Number(pid));
}

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
