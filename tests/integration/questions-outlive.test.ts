/** An answer that was acknowledged reaches the pipeline once, whoever is killed before it does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { QuestionsClient } from "../../src/client/questions-client.ts";
import type { Question } from "../../src/review/question.ts";
import type { RunSnapshot } from "../../src/runs/run.ts";
import { CliFolder, PYTHON, ROOT, type Running, textOf, until } from "./cli-support.ts";

let folder: CliFolder;
beforeEach(() => {
  folder = new CliFolder();
});
afterEach(() => folder.remove());

class Up {
  readonly server: Running;
  readonly api: ApiClient;
  readonly port: string;
  readonly questions: QuestionsClient;

  constructor(server: Running, api: ApiClient, port: string) {
    this.server = server;
    this.api = api;
    this.port = port;
    this.questions = new QuestionsClient(api);
  }

  static async start(port = "0"): Promise<Up> {
    const server = folder.start(["up", "--foreground", "--port", port]);
    await server.says(/http:\S+ \(/);
    const url = new URL(/http:\S+/.exec(server.stdout())?.[0] ?? "");
    const token = readFileSync(join(folder.home, "server-token"), "utf8").trim();
    return new Up(server, new ApiClient({ baseUrl: url.origin, token, using: "cli" }), url.port);
  }

  /** Once there are so many that are as wanted. */
  async asked(count: number, is: (question: Question) => boolean): Promise<readonly Question[]> {
    let all: readonly Question[] = [];
    await until(
      async () => {
        all = (await this.questions.list({ limit: 1_000 })).questions;
        return all.filter(is).length === count;
      },
      () => `${count} such questions; there are ${JSON.stringify(all)}`,
    );
    return all.filter(is);
  }

  async run(is: (run: RunSnapshot) => boolean): Promise<RunSnapshot> {
    let all: readonly RunSnapshot[] = [];
    await until(
      async () => {
        all = await this.api.runs().catch(() => []);
        return all.some(is);
      },
      () =>
        `such a run; there are ${JSON.stringify(all.map(({ id, status, hold }) => ({ id, status, hold })))}`,
    );
    const found = all.find(is);
    if (found === undefined) throw new Error("no run");
    return found;
  }
}

function pipeline(source: string, { api }: Up): Running {
  folder.write("train.py", `import os, sys, time, loopbook\n${source}`);
  const env = {
    PYTHONPATH: join(ROOT, "python/src"),
    LOOPBOOK_SPOOL: join(folder.path, ".spool"),
    LOOPBOOK_URL: api.baseUrl,
    LOOPBOOK_TOKEN: String(api.headers().Authorization).replace("Bearer ", ""),
  };
  return folder.start(["-u", "train.py"], { command: [PYTHON], env });
}

async function kill({ process, ended }: Running): Promise<void> {
  process.kill("SIGKILL");
  await ended;
}

const isOpen = ({ status }: Question) => status === "open";
const given = (n: number, value: string) => ({ id: `answer${String(n).padStart(6, "0")}`, value });

const ASK = `
run = loopbook.attach("train.ipynb", system=False)
for step in run.steps(range(3)):
    if step == 1:
        answer = run.ask("Release model 14?", choices=["yes", "no"], key="release-14", details=True)
        print("answer", answer.value, answer.id, flush=True)
run.log(told=1)
run.flush(30)
`;

test("kill -9 of the server after an answer: the next one gives it to the pipeline, once; the run waits by name", async () => {
  const first = await Up.start();
  const asking = pipeline(ASK, first);
  const [question] = await first.asked(1, isOpen);
  if (question === undefined) throw new Error("not asked");
  const held = await first.run(({ hold }) => hold !== null);
  expect(held).toMatchObject({ status: "held", hold: { kind: "question", what: "Release model 14?" } });
  expect(held.hold?.questionId).toBe(question.id);
  expect((await folder.run(["ps"])).stdout).toContain("Release model 14?");
  // The pipeline stands still, so that it cannot have taken the answer when the server dies.
  asking.process.kill("SIGSTOP");
  const answered = await first.questions.answer(question.id, given(1, "yes"));
  expect(answered.status).toBe("answered");
  await kill(first.server);
  const second = await Up.start(first.port);
  asking.process.kill("SIGCONT");
  expect(await asking.ended).toMatchObject({ code: 0, stdout: "answer yes answer000001\n" });
  const [taken] = await second.asked(1, ({ status }) => status === "taken");
  expect(taken).toMatchObject({ id: question.id, takenAnswerId: "answer000001" });
  expect(taken?.answers).toHaveLength(1);
  await second.run(({ id, status }) => id === held.id && status === "completed");
});

test("kill -9 of the script, of both: started anew it has the answer of the same key at once, and goes on", async () => {
  let up = await Up.start();
  const killed = pipeline(ASK, up);
  const [question] = await up.asked(1, isOpen);
  if (question === undefined) throw new Error("not asked");
  await kill(killed);
  await up.questions.answer(question.id, given(1, "no"));
  expect(await pipeline(ASK, up).ended).toMatchObject({ code: 0, stdout: "answer no answer000001\n" });
  // What it told behind the answer is kept as well.
  await up.asked(1, ({ id, status }) => id === question.id && status === "taken");
  await up.run(({ id, status }) => id !== question.runId && status === "completed");

  const other = ASK.replace("release-14", "release-15");
  const both = pipeline(other, up);
  const [next] = await up.asked(1, isOpen);
  if (next === undefined) throw new Error("not asked");
  both.process.kill("SIGSTOP");
  await up.questions.answer(next.id, given(2, "yes"));
  await kill(up.server);
  await kill(both);
  up = await Up.start(up.port);
  expect(await pipeline(other, up).ended).toMatchObject({ code: 0, stdout: "answer yes answer000002\n" });
  await up.asked(1, ({ id, status }) => id === next.id && status === "taken");
});

test("a script that died before anybody answered asks once when it starts anew", async () => {
  const up = await Up.start();
  const killed = pipeline(ASK, up);
  const [before] = await up.asked(1, isOpen);
  await kill(killed);
  const again = pipeline(ASK, up);
  const [now] = await up.asked(1, (one) => isOpen(one) && one.id !== before?.id);
  if (now === undefined) throw new Error("not asked");
  await up.asked(1, isOpen);
  const answered = await folder.run(["answer", "release-14", "yes", "--reason", "All is well."]);
  expect(answered).toMatchObject({ code: 0 });
  const { code, stdout } = await again.ended;
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^answer yes \w+\n$/) });
});

const MANY = `
run = loopbook.attach("train.ipynb", system=False)
for item, value, answer, position in run.ask_many(range(40), "Even?", choices=["yes", "no"], key="labels"):
    print(position, value, answer.id, flush=True)
run.log(told=1)
run.flush(30)
`;

test("forty items: server and script are killed in the middle, each answer comes once to each start", async () => {
  let up = await Up.start();
  const ids = new Map<string, string>();
  const answer = async (questions: readonly Question[]) => {
    for (const { id, asked } of questions) {
      const text = Number(textOf(asked.item?.data["text/plain"] as string));
      ids.set(`${text} ${text % 2 === 0 ? "yes" : "no"}`, `answer${String(text).padStart(6, "0")}`);
      await up.questions.answer(id, given(text, text % 2 === 0 ? "yes" : "no"));
    }
  };
  const first = pipeline(MANY, up);
  const all = await up.asked(40, isOpen);
  await answer(all.slice(0, 10));
  await first.says(/(\d+ \w+ answer\d+\n){10}/);
  first.process.kill("SIGSTOP");
  await answer(all.slice(10, 20));
  await kill(up.server);
  up = await Up.start(up.port);
  first.process.kill("SIGCONT");
  await until(
    () => first.stdout().split("\n").length === 21,
    () => first.stdout(),
  );
  first.process.kill("SIGSTOP");
  await answer(all.slice(20, 30));
  await kill(first);
  const linesOf = (text: string) => text.trim().split("\n").toSorted();
  const expected = () => [...ids].map(([said, id]) => `${said} ${id}`);
  expect(linesOf(first.stdout())).toEqual(expected().slice(0, 20).toSorted());
  const second = pipeline(MANY, up);
  // Thirty are known, ten are asked anew, in place of those that the dead one asked.
  const rest = await up.asked(10, isOpen);
  await up.asked(10, (one) => isOpen(one) && one.runId !== all[0]?.runId);
  await answer(await up.asked(10, (one) => isOpen(one)));
  expect(rest).toHaveLength(10);
  const { code, stdout, stderr } = await second.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(linesOf(stdout)).toEqual(expected().toSorted());
  await up.run(({ id, status }) => id !== all[0]?.runId && status === "completed");
});
