/**
 * A question that Loopbook itself has to a Python kernel: a program of ours, in a module of its own, answers it beside
 * whatever runs, without a trace in the person's namespace, counts, history or figures.
 */
import { type Clock, systemClock } from "../util/clock.ts";
import { LoopbookError } from "../util/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";
import { sourceHash } from "../util/source-hash.ts";
import type { Kernel } from "./kernel.ts";

export interface OwnProgram {
  readonly name: string;
  /** Python ≥ 3.8; defines `respond(request)`, which gives what JSON can hold. */
  readonly source: string;
}

/** What every program has: its answers, and that nothing which hooks itself behind cells takes it for one. */
const FRAME = `
import json, threading

QUIET = threading.local()


class Answer:
    def __init__(self, data):
        self.data = data

    def __repr__(self):
        return "<an answer for Loopbook's page>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/json": self.data}


def shell():
    from IPython import get_ipython

    return get_ipython()


def quiet(mark):
    # Matplotlib shows and closes open figures behind each cell: not behind this, beside one that is still drawing.
    events = shell().events
    if not hasattr(events, mark):
        trigger = events.trigger

        def unless_quiet(event, *args, **kwargs):
            if event == "post_execute" and getattr(QUIET, "on", False):
                QUIET.on = False
                return None
            return trigger(event, *args, **kwargs)

        events.trigger = unless_quiet
        setattr(events, mark, True)
    QUIET.on = True


def answer(text):
    QUIET.on = False
    return Answer({"answer": respond(json.loads(text))})
`;

/** A kernel may not be asked such things: it is no IPython. */
export function canAsk(kernel: Pick<Kernel, "info">): boolean {
  const { languageInfo, implementation } = kernel.info;
  return languageInfo.name.toLowerCase() === "python" && implementation.toLowerCase() === "ipython";
}

/**
 * In a subshell where the kernel has them, else only while it is idle.
 * @throws LoopbookError `kernel-busy`, `kernel-died`, `kernel-refused` (the program failed).
 */
export async function askProgram(
  kernel: Kernel,
  { name, source }: OwnProgram,
  request: JsonValue,
  { timeoutMs, clock = systemClock }: { readonly timeoutMs: number; readonly clock?: Clock },
): Promise<JsonValue> {
  if (!kernel.supportsSubshells && kernel.state !== "idle") throw busy();
  const whole = FRAME + source;
  const module = `_loopbook_${name}_${sourceHash(whole).slice(0, 12)}`;
  const loaded = `__import__("sys").modules["${module}"]`;
  const load =
    `("${module}" in __import__("sys").modules) or (lambda s, b, m: (` +
    `b.exec(b.compile(${python(whole)}, "<loopbook>", "exec"), m.__dict__), s.__setitem__("${module}", m)))` +
    `(__import__("sys").modules, __import__("builtins"), __import__("types").ModuleType("${module}"))`;
  const outcome = kernel.execute(
    {
      // Nothing is assigned, and nothing is a value: what the person has under any name stays theirs, `_` too.
      code: `(lambda *done: None)(${load}, ${loaded}.quiet("${module}"))`,
      silent: true,
      storeHistory: false,
      stopOnError: false,
      lane: kernel.supportsSubshells ? "subshell" : "main",
      userExpressions: { answer: `${loaded}.answer(${python(JSON.stringify(request))})` },
    },
    { onOutput: () => {} },
  );
  const settled = await withLimit(outcome, timeoutMs, clock);
  if (settled.type === "kernel-died")
    throw new LoopbookError("kernel-died", "The kernel is gone. Start or restart it first.");
  if (settled.type === "aborted") throw busy();
  if (settled.type === "error") throw refused(`${settled.ename}: ${settled.evalue}`);
  return answerIn(settled.userExpressions.answer);
}

function answerIn(expression: JsonValue | undefined): JsonValue {
  if (!isJsonObject(expression)) throw refused("no answer");
  if (expression.status !== "ok") throw refused(`${String(expression.ename)}: ${String(expression.evalue)}`);
  const data: JsonObject = isJsonObject(expression.data) ? expression.data : {};
  const json = data["application/json"];
  if (!isJsonObject(json)) throw refused("no answer");
  return json.answer ?? null;
}

function withLimit<T>(answer: Promise<T>, timeoutMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(timeoutMs, () => reject(busy()));
    answer.then(resolve, reject).finally(cancel);
  });
}

/** A text as Python writes it: JSON's escapes are Python's too. */
function python(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const busy = (): LoopbookError =>
  new LoopbookError(
    "kernel-busy",
    "The kernel is busy with a cell, and this kind of kernel answers nothing beside it (ipykernel 7 and later do).",
    { retry: true },
  );

const refused = (reason: string): LoopbookError =>
  new LoopbookError("kernel-refused", `The kernel could not answer what the page asks: ${reason}.`);
