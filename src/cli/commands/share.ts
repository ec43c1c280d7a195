import { statSync } from "node:fs";
import { type Command, Option } from "commander";
import { durationMs, isExpired, type Share, shownName, whoOf } from "../../people/shares.ts";
import { createToken } from "../../people/token.ts";
import { createShareId, shareStore } from "../../server/share-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { addressOf } from "../processes/address.ts";
import { realPath } from "../processes/live-runs.ts";
import { serverThatShows } from "../processes/server-that-shows.ts";
import { stateFolder } from "../state-folder.ts";
import { tableLines } from "../terminal/progress-view.ts";

interface ShareOptions {
  readonly view?: true;
  readonly edit?: true;
  readonly run?: true;
  readonly name?: string;
  readonly expires?: string;
  readonly url?: string;
  readonly list?: true;
  readonly revoke?: string;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .usage("PATH [--view|--edit|--run] [options]")
    .description(
      "Print a link that gives somebody limited rights to one notebook, or to a folder and all below it: to look on " +
        "(the default), to edit, to run, or both. It works until it expires or is taken back; that also ends what is " +
        "open by it, at once. Who may run code has all the rights that you have on this machine.",
    )
    .argument("[PATH]", "a notebook or a folder")
    .option("--view", "they may look on")
    .option("--edit", "they may change notebooks")
    .option("--run", "they may run cells, runs and kernels, and answer what those ask")
    .option("--name <name>", "who it is for; others see them by that name (default: Guest)")
    .option("--expires <time>", "such as 30m, 12h, 7d or 2w; default: never")
    .addOption(
      new Option(
        "--url <address>",
        "how they reach this machine, such as that of a proxy before it",
      ).argParser(baseAddress),
    )
    .option("--list", "list the links that are good")
    .option("--revoke <id>", "take one back, by its id or name; `all` takes back all")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook share train.ipynb --name Ben\n  loopbook share train.ipynb --edit --run --name "Ben Okri" --expires 7d\n  loopbook share results/ --url https://lab.example.org\n  loopbook share --list\n  loopbook share --revoke ben',
    )
    .action(async (path: string | undefined, options: ShareOptions) => {
      if (options.revoke !== undefined) return revoke(context, options.revoke);
      if (options.list) return list(context, options.json === true);
      if (path === undefined) throw new CommandError("What is to be shared? Name a notebook or a folder.");
      await share(context, path, options);
    });
}

async function share(context: CliContext, typed: string, options: ShareOptions): Promise<void> {
  const path = realPath(absolutePath(context, typed));
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts) throw new LoopbookError("no-such-file", `There is no ${path}.`);
  if (!facts.isDirectory() && !path.endsWith(".ipynb"))
    throw new CommandError(`${path} is neither a notebook nor a folder.`);
  const now = Date.now();
  const lasts = options.expires === undefined ? null : durationMs(options.expires);
  if (options.expires !== undefined && lasts === null)
    throw new CommandError(`--expires takes a time such as 30m, 12h, 7d or 2w, not ${options.expires}.`);
  const id = createShareId();
  const name = shownName(options.name ?? "Guest");
  const made: Share = {
    id,
    // Two guests whom nobody named are not one person.
    who: options.name === undefined ? `guest-${id.slice(3)}` : whoOf(options.name),
    name,
    rights: { view: true, edit: options.edit === true, execute: options.run === true },
    scope: { type: facts.isDirectory() ? "folder" : "notebook", path },
    createdAtMs: now,
    expiresAtMs: lasts === null ? null : now + lasts,
  };
  const server = await serverThatShows(context, path, facts.isDirectory());
  const token = createToken();
  shareStore(stateFolder()).add(made, token);
  const link = addressOf({ ...server, url: options.url ?? server.url, token }, path);
  if (options.json) {
    context.terminal.out(`${JSON.stringify({ ...made, link })}\n`);
    return;
  }
  context.terminal.out(`${link}\n`);
  context.terminal.err(
    `For ${name}: ${rightsText(made)} ${path}${expiryText(made, now)}. Take it back with \`loopbook share --revoke ${id}\`.\n`,
  );
  if (made.rights.execute)
    context.terminal.err("Who may run code can do with this machine whatever your account can.\n");
  if (server.kind === "run")
    context.terminal.err(
      "A run's own process shows it: the address is good until that ends. `loopbook up` starts a server that stays.\n",
    );
  if (options.url === undefined)
    context.terminal.err(
      "This address is this machine's own: from elsewhere it needs a tunnel (ssh -L) or a proxy (--url).\n",
    );
}

function list({ terminal }: CliContext, asJson: boolean): void {
  const now = Date.now();
  const good = shareStore(stateFolder())
    .list()
    .filter((share) => !isExpired(share, now));
  if (asJson) {
    terminal.out(`${JSON.stringify(good)}\n`);
    return;
  }
  if (good.length === 0) {
    terminal.out("Nothing is shared.\n");
    return;
  }
  const rows = good.map((share) => [
    share.id,
    share.name,
    rightsText(share),
    share.scope.path,
    expiryText(share, now).replace(/^, /, "") || "for good",
  ]);
  const lines = tableLines([["ID", "FOR", "MAY", "PATH", "UNTIL"], ...rows], terminal.columns());
  terminal.out(`${lines.join("\n")}\n`);
}

function revoke({ terminal }: CliContext, wanted: string): void {
  const store = shareStore(stateFolder());
  const who = wanted.trim().toLowerCase();
  const found = store
    .list()
    .filter(({ id, name, who: known }) => who === "all" || [id, known, name.toLowerCase()].includes(who));
  if (found.length === 0)
    throw new LoopbookError(
      "no-such-share",
      `There is no share ${wanted}. \`loopbook share --list\` shows those that there are.`,
    );
  for (const { id, name, scope } of found) {
    store.remove(id);
    terminal.out(`Taken back: ${id} (${name}, ${scope.path}). What was open by it is closed.\n`);
  }
}

function rightsText({ rights }: Pick<Share, "rights">): string {
  return ["view", rights.edit && "edit", rights.execute && "run"].filter(Boolean).join("+");
}

function expiryText({ expiresAtMs }: Share, nowMs: number): string {
  if (expiresAtMs === null) return "";
  const minutes = Math.max(1, Math.round((expiresAtMs - nowMs) / 60_000));
  const [count, unit] =
    minutes >= 2880
      ? [Math.round(minutes / 1440), "days"]
      : minutes >= 120
        ? [Math.round(minutes / 60), "hours"]
        : [minutes, minutes === 1 ? "minute" : "minutes"];
  return `, for ${count} ${unit}`;
}

function baseAddress(text: string): string {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url.href.replace(/\/$/, "");
  } catch {
    // Told below.
  }
  throw new CommandError(`--url takes an address such as https://lab.example.org, not ${text}.`);
}
