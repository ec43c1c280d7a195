/** What a run asks of its kernel beside cells: to start, to take new values, to say what it is, to end at once. */

import type { Party } from "../people/party.ts";
import { assignmentCode } from "../runs/parameters/generate.ts";
import { findLanguage } from "../runs/parameters/languages/all.ts";
import type { ParameterSpec, ParameterValues } from "../runs/parameters.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { messageOf } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";
import type { RunJournal } from "./run-journal.ts";
import { installedPackages } from "./run-packages.ts";

export interface RunKernelOptions {
  readonly session: NotebookSession;
  readonly parameters: readonly ParameterSpec[];
  /** The language of parameters, where it is not the kernel's. */
  readonly language: string | null;
  readonly startKernel: () => Promise<void>;
  readonly journal: RunJournal;
  readonly logger: Logger;
}

export class RunKernel {
  private readonly given: RunKernelOptions;
  private packages: Promise<void> | null = null;

  constructor(options: RunKernelOptions) {
    this.given = options;
  }

  /** Gives its name for a person. @throws LoopbookError of the provider. */
  async start(): Promise<string> {
    const { session, startKernel } = this.given;
    await startKernel();
    void this.describe();
    return session.kernelView().displayName ?? "unnamed";
  }

  /** Assigns values in the kernel, quietly. null when it took them, else why not. */
  async assign(values: ParameterValues): Promise<string | null> {
    const { session, parameters } = this.given;
    const kernel = session.kernel();
    if (kernel === null) return "there is no kernel";
    const language = this.given.language ?? kernel.info.languageInfo.name;
    const known = findLanguage(kernel.spec.name, language) !== null;
    const options = {
      kernelName: kernel.spec.name,
      language: known ? language : kernel.spec.language,
      specs: parameters,
      declarations: this.declarations(),
    };
    try {
      const code = assignmentCode(values, options, null);
      const outcome = await kernel.execute(
        { code, silent: true, storeHistory: false },
        { onOutput: () => {} },
      );
      if (outcome.type === "ok") return null;
      return outcome.type === "error"
        ? `${outcome.ename}: ${outcome.evalue}`
        : "the kernel did not take them";
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Interrupts the cell that the run has just sent or that runs. */
  async interrupt(by: Party): Promise<void> {
    const { session } = this.given;
    if (session.kernel() === null) return;
    await session.interrupt(by).catch((error: unknown) => this.warn("interrupt the kernel", error));
  }

  async kill(): Promise<void> {
    await this.given.session
      .kernel()
      ?.shutdown({ immediate: true })
      .catch((error: unknown) => this.warn("end the kernel", error));
  }

  /**
   * Once. Beside a running cell where the kernel can, else only when it has nothing to do: no cell waits for this.
   * @param isBusy whether a cell runs.
   */
  askPackages(isBusy: boolean): Promise<void> {
    const { session, journal } = this.given;
    const kernel = session.kernel();
    const cannot = kernel === null || kernel.state === "dead" || (isBusy && !kernel.supportsSubshells);
    if (cannot) return this.packages ?? Promise.resolve();
    this.packages ??= installedPackages(kernel, isBusy ? "subshell" : "main")
      .then((packages) => (packages === null ? undefined : journal.describe({ packages })))
      .catch((error: unknown) => this.warn("ask for packages", error));
    return this.packages;
  }

  private async describe(): Promise<void> {
    const kernel = this.given.session.kernel();
    if (kernel === null) return;
    const { implementation, implementationVersion, languageInfo } = kernel.info;
    const language =
      typeof languageInfo.version === "string" ? `, ${languageInfo.name} ${languageInfo.version}` : "";
    const facts = { name: kernel.spec.name, implementation, version: `${implementationVersion}${language}` };
    await this.given.journal
      .describe({ kernel: facts })
      .catch((error: unknown) => this.warn("describe the kernel", error));
  }

  /** Source of the cells that declare parameters, as it is now. */
  private declarations(): string {
    const { parameters, session } = this.given;
    const cells = new Set(parameters.map((spec) => spec.cellId));
    return [...cells].map((id) => session.live.cell(id)?.source ?? "").join("\n");
  }

  private warn(what: string, error: unknown): void {
    this.given.logger.warn(`Could not ${what}`, { error: messageOf(error) });
  }
}
