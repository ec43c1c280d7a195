import { statSync } from "node:fs";
import { type Command, Option } from "commander";
import type { PublicationView } from "../../api/publish.ts";
import { type Publication, publicationPath } from "../../publish/publication.ts";
import { publicationStore } from "../../server/publication-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { connect } from "../processes/connect.ts";
import { realPath } from "../processes/live-runs.ts";
import { serverThatShows } from "../processes/server-that-shows.ts";
import { stateFolder } from "../state-folder.ts";
import { tableLines } from "../terminal/progress-view.ts";

interface PublishOptions {
  readonly frozen?: true;
  readonly source: boolean;
  readonly signedIn?: true;
  readonly url?: string;
  readonly list?: true;
  readonly refresh?: string;
  readonly revoke?: string;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .usage("NOTEBOOK [options]")
    .description(
      "Print the address of a page that shows a notebook to readers: HTML without any script, as the notebook is when " +
        "somebody looks (live) or as it is now (--frozen). Whoever has the address may read it, needs no token, and can " +
        "do nothing else. The address stays, also when the notebook gets another name, until it is taken back.",
    )
    .argument("[NOTEBOOK]")
    .option("--frozen", "as it is now, whatever comes")
    .option("--no-source", "text and outputs only, without the code")
    .option("--signed-in", "only for who may look at the notebook here anyway")
    .addOption(
      new Option(
        "--url <address>",
        "how readers reach this machine, such as that of a proxy before it",
      ).argParser(baseAddress),
    )
    .option("--list", "list what is published")
    .option("--refresh <id>", "a frozen page shows what the notebook holds now")
    .option("--revoke <id>", "take one back, by its id; `all` takes back all")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook publish report.ipynb --no-source\n  loopbook publish report.ipynb --frozen --url https://lab.example.org\n  loopbook publish --list\n  loopbook publish --revoke pub_a1b2c3d4",
    )
    .action(async (notebook: string | undefined, options: PublishOptions) => {
      if (options.revoke !== undefined) return revoke(context, options.revoke);
      if (options.refresh !== undefined) return refresh(context, options.refresh);
      if (options.list) return list(context, options.json === true);
      if (notebook === undefined) throw new CommandError("What is to be published? Name a notebook.");
      await publish(context, notebook, options);
    });
}

async function publish(context: CliContext, typed: string, options: PublishOptions): Promise<void> {
  const path = realPath(absolutePath(context, typed));
  if (!path.endsWith(".ipynb")) throw new CommandError(`${typed} is no notebook.`);
  if (!statSync(path, { throwIfNoEntry: false }))
    throw new LoopbookError("no-such-file", `There is no ${path}.`);
  const server = await serverThatShows(context, path, false);
  const made = await connect(server).send<PublicationView>("POST", "/api/publications", {
    path,
    mode: options.frozen ? "frozen" : "live",
    withSource: options.source,
    access: options.signedIn ? "signed-in" : "link",
  });
  const address = `${options.url ?? server.url}${made.address}`;
  context.terminal.out(options.json ? `${JSON.stringify({ ...made, address }, null, 2)}\n` : `${address}\n`);
}

function list({ terminal }: CliContext, json: boolean): void {
  const all = publicationStore(stateFolder())
    .list()
    .map(({ secret, ...rest }) => ({ ...rest, address: publicationPath({ secret }) }));
  if (json) terminal.out(`${JSON.stringify(all, null, 2)}\n`);
  else if (all.length === 0) terminal.out("Nothing is published.\n");
  else {
    const rows = all.map((one) => [
      one.id,
      one.mode,
      one.withSource ? "with source" : "no source",
      one.access,
      one.address,
      one.path,
    ]);
    const head = ["ID", "SHOWS", "SOURCE", "FOR", "ADDRESS", "NOTEBOOK"];
    for (const line of tableLines([head, ...rows], terminal.columns())) terminal.out(`${line}\n`);
  }
}

async function refresh(context: CliContext, id: string): Promise<void> {
  const one = find(id);
  const server = await serverThatShows(context, one.path, false);
  await connect(server).send("POST", `/api/publications/${encodeURIComponent(id)}/freeze`);
  context.terminal.out(`${id} shows ${one.path} as it is now.\n`);
}

function revoke(context: CliContext, id: string): void {
  const store = publicationStore(stateFolder());
  const gone = id === "all" ? store.list() : [find(id)];
  for (const one of gone) store.remove(one.id);
  context.terminal.out(gone.length === 1 ? "Taken back.\n" : `${gone.length} taken back.\n`);
}

function find(id: string): Publication {
  const found = publicationStore(stateFolder())
    .list()
    .find((one) => one.id === id);
  if (found) return found;
  throw new LoopbookError(
    "no-such-publication",
    `There is no publication ${id}. \`loopbook publish --list\` shows them.`,
  );
}

function baseAddress(typed: string): string {
  if (URL.canParse(typed) && /^https?:/.test(typed)) return typed.replace(/\/+$/, "");
  throw new CommandError(`--url takes an address such as https://lab.example.org, not ${typed}.`);
}
