/** Every command by name. A command's own file is imported only when that command is typed. */
import type { Command } from "commander";
import type { CliContext } from "./context.ts";

export interface CommandModule {
  /** Adds arguments, options, help and action. */
  define(command: Command, context: CliContext): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly group: string;
  readonly load: () => Promise<CommandModule>;
}

const RUN = "Run a notebook:";
const STEER = "Steer a run from anywhere:";
const LOOK = "Look:";
const EDIT = "Read and change a notebook:";
const FILES = "Files, and notebooks for others:";
const HISTORY = "Who wrote what, and how it was:";
const SERVE = "The local server:";
const SETUP = "This machine:";

export const commandTable: readonly CommandEntry[] = [
  { name: "run", summary: "run a notebook, live", group: RUN, load: () => import("./commands/run.ts") },
  {
    name: "step",
    summary: "walk through a notebook in the terminal, or run one cell of a held run",
    group: RUN,
    load: () => import("./commands/step.ts"),
  },
  {
    name: "execute",
    summary: "the same with the options of `jupyter execute`",
    group: RUN,
    load: () => import("./commands/execute.ts"),
  },
  {
    name: "exec",
    summary: "run any command with a notebook beside it",
    group: RUN,
    load: () => import("./commands/exec.ts"),
  },
  {
    name: "sync",
    summary: "send what processes left on this machine's disk",
    group: RUN,
    load: () => import("./commands/sync.ts"),
  },
  {
    name: "import",
    summary: "bring runs of TensorBoard, W&B and MLflow into notebooks",
    group: RUN,
    load: () => import("./commands/import.ts"),
  },
  { name: "ps", summary: "list the live runs", group: STEER, load: () => import("./commands/ps.ts") },
  {
    name: "pause",
    summary: "pause a run at the next cell",
    group: STEER,
    load: () => import("./commands/pause.ts"),
  },
  {
    name: "resume",
    summary: "let a held run go on, or take up one that ended",
    group: STEER,
    load: () => import("./commands/resume.ts"),
  },
  {
    name: "skip",
    summary: "do not run the next (or the failed) cell",
    group: STEER,
    load: () => import("./commands/skip.ts"),
  },
  {
    name: "interrupt",
    summary: "interrupt the running cell and hold",
    group: STEER,
    load: () => import("./commands/interrupt.ts"),
  },
  {
    name: "stop",
    summary: "stop a run; everything is saved",
    group: STEER,
    load: () => import("./commands/stop.ts"),
  },
  {
    name: "params",
    summary: "show or change a run's parameters",
    group: STEER,
    load: () => import("./commands/params.ts"),
  },
  {
    name: "approve",
    summary: "approve the hold that a run waits at",
    group: STEER,
    load: () => import("./commands/approve.ts"),
  },
  {
    name: "refuse",
    summary: "refuse it: the run stops",
    group: STEER,
    load: () => import("./commands/refuse.ts"),
  },
  {
    name: "questions",
    summary: "list what runs ask people",
    group: STEER,
    load: () => import("./commands/questions.ts"),
  },
  {
    name: "answer",
    summary: "answer what a run or a cell's input() asks",
    group: STEER,
    load: () => import("./commands/answer.ts"),
  },
  {
    name: "open",
    summary: "open a notebook or a folder in the browser",
    group: LOOK,
    load: () => import("./commands/open.ts"),
  },
  {
    name: "jupyter",
    summary: "open a folder in JupyterLab, live with everybody else",
    group: LOOK,
    load: () => import("./commands/jupyter.ts"),
  },
  {
    name: "share",
    summary: "give somebody a link with limited rights, or take it back",
    group: LOOK,
    load: () => import("./commands/share.ts"),
  },
  {
    name: "trust",
    summary: "let outputs with scripts that came with a file run, or take that back",
    group: LOOK,
    load: () => import("./commands/trust.ts"),
  },
  {
    name: "attach",
    summary: "join a notebook that is live in a Jupyter server",
    group: LOOK,
    load: () => import("./commands/attach.ts"),
  },
  {
    name: "runs",
    summary: "list runs, ended ones too",
    group: LOOK,
    load: () => import("./commands/runs.ts"),
  },
  {
    name: "show",
    summary: "show the record of a run",
    group: LOOK,
    load: () => import("./commands/show.ts"),
  },
  {
    name: "get",
    summary: "read values by name",
    group: EDIT,
    load: () => import("./commands/get.ts"),
  },
  {
    name: "set",
    summary: "write values by name",
    group: EDIT,
    load: () => import("./commands/set.ts"),
  },
  {
    name: "diff",
    summary: "show what differs between two notebooks",
    group: EDIT,
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "merge",
    summary: "merge two versions of a notebook, or decide conflicts",
    group: EDIT,
    load: () => import("./commands/merge.ts"),
  },
  {
    name: "mv",
    summary: "rename or move a notebook, open or not",
    group: EDIT,
    load: () => import("./commands/mv.ts"),
  },
  {
    name: "cp",
    summary: "copy a notebook as it is now, open or not",
    group: EDIT,
    load: () => import("./commands/cp.ts"),
  },
  {
    name: "export",
    summary: "write a notebook as HTML, Markdown, script or PDF",
    group: FILES,
    load: () => import("./commands/export.ts"),
  },
  {
    name: "publish",
    summary: "give a notebook a page for readers, live or frozen",
    group: FILES,
    load: () => import("./commands/publish.ts"),
  },
  {
    name: "zip",
    summary: "pack files and folders into a zip or tar.gz file",
    group: FILES,
    load: () => import("./commands/zip.ts"),
  },
  {
    name: "unzip",
    summary: "unpack a zip file, all of it or nothing",
    group: FILES,
    load: () => import("./commands/unzip.ts"),
  },
  {
    name: "history",
    summary: "who changed which cell, and when",
    group: HISTORY,
    load: () => import("./commands/history.ts"),
  },
  {
    name: "comments",
    summary: "what people say of its cells and outputs",
    group: HISTORY,
    load: () => import("./commands/comments.ts"),
  },
  {
    name: "version",
    summary: "keep a notebook as it is now under a name",
    group: HISTORY,
    load: () => import("./commands/version.ts"),
  },
  {
    name: "versions",
    summary: "list a notebook's versions",
    group: HISTORY,
    load: () => import("./commands/versions.ts"),
  },
  {
    name: "restore",
    summary: "bring back a version, or cells of it, as a new edit",
    group: HISTORY,
    load: () => import("./commands/restore.ts"),
  },
  {
    name: "up",
    summary: "start the local server for good",
    group: SERVE,
    load: () => import("./commands/up.ts"),
  },
  { name: "down", summary: "end it", group: SERVE, load: () => import("./commands/down.ts") },
  {
    name: "status",
    summary: "tell what is running",
    group: SERVE,
    load: () => import("./commands/status.ts"),
  },
  {
    name: "kernels",
    summary: "list the kernels that can be used",
    group: SETUP,
    load: () => import("./commands/kernels.ts"),
  },
  {
    name: "git-setup",
    summary: "let git show and merge notebooks cell by cell",
    group: SETUP,
    load: () => import("./commands/git-setup.ts"),
  },
  {
    name: "doctor",
    summary: "tell what works here, and what to do about the rest",
    group: SETUP,
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "completion",
    summary: "print a shell's completion script",
    group: SETUP,
    load: () => import("./commands/completion.ts"),
  },
];
