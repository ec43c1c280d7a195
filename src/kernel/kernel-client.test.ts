import { beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../util/clock.ts";
import type { JsonObject } from "../util/json.ts";
import type { ExecuteOutcome, IopubMessage, KernelDeath } from "./kernel.ts";
import { KernelClient } from "./kernel-client.ts";
import type { Channel, IncomingMessage, KernelConnection, OutgoingMessage } from "./message.ts";

const INFO = { language_info: { name: "x" }, supported_features: ["kernel subshells"] };
const DEATH: KernelDeath = {
  reason: "killed",
  exitCode: null,
  signal: "SIGKILL",
  memoryPeakBytes: null,
  stderrTail: "",
};

/** The other end of the line, played by the test. */
class Line implements KernelConnection {
  readonly sent: { channel: Channel; message: OutgoingMessage }[] = [];
  isFull = false;

  send(channel: Channel, message: OutgoingMessage): void {
    if (this.isFull) throw new Error("full");
    this.sent.push({ channel, message });
  }
  close(): void {}

  last(type: string): OutgoingMessage {
    const found = this.sent.findLast(({ message }) => message.type === type);
    if (found === undefined) throw new Error(`no ${type} was sent`);
    return found.message;
  }
}

class ManualClock implements Clock {
  private time = 0;
  private readonly timers = new Map<() => void, number>();
  now = (): number => this.time;
  schedule(delayMs: number, callback: () => void): () => void {
    this.timers.set(callback, this.time + delayMs);
    return () => this.timers.delete(callback);
  }
  advance(ms: number): void {
    this.time += ms;
    for (const [callback, due] of [...this.timers]) {
      if (due > this.time) continue;
      this.timers.delete(callback);
      callback();
    }
  }
  get pending(): number {
    return this.timers.size;
  }
}

function incoming(type: string, parentId: string | null, content: JsonObject = {}): IncomingMessage {
  return {
    id: "k",
    type,
    parentId,
    buffers: [],
    header: () => ({ msg_id: "k", msg_type: type }),
    content: () => content,
    metadata: () => ({}),
    frames: () => [],
  };
}

describe("kernel client", () => {
  let line: Line;
  let clock: ManualClock;
  let client: KernelClient;
  let outputs: IopubMessage[];

  beforeEach(async () => {
    line = new Line();
    clock = new ManualClock();
    client = new KernelClient({ connection: line, session: "me", clock, mayUseSubshells: true });
    outputs = [];
    const ready = client.handshake(1_000);
    const { id } = line.last("kernel_info_request");
    client.receive("iopub", incoming("status", id, { execution_state: "busy" }));
    client.receive("shell", incoming("kernel_info_reply", id, INFO));
    await ready;
  });

  function execute(code = "x"): { id: string; outcome: Promise<ExecuteOutcome> } {
    const outcome = client.execute({ code }, { onOutput: (message) => outputs.push(message) });
    return { id: line.last("execute_request").id, outcome };
  }
  const stream = (text: string): JsonObject => ({ name: "stdout", text });
  const idle = (id: string): void =>
    client.receive("iopub", incoming("status", id, { execution_state: "idle" }));
  const reply = (id: string): void =>
    client.receive("shell", incoming("execute_reply", id, { status: "ok", execution_count: 1 }));
  const settled = async (promise: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([
      promise.then(() => true),
      new Promise((done) => setImmediate(() => done(false))),
    ])) === true;

  test("an execution is over with reply and idle, whichever comes first", async () => {
    const first = execute();
    reply(first.id);
    client.receive("iopub", incoming("stream", first.id, stream("behind the reply")));
    expect(await settled(first.outcome)).toBe(false);
    idle(first.id);
    expect(await first.outcome).toMatchObject({ type: "ok", executionCount: 1 });
    expect(outputs).toEqual([{ type: "stream", name: "stdout", text: "behind the reply" }]);

    const second = execute();
    idle(second.id);
    expect(await settled(second.outcome)).toBe(false);
    reply(second.id);
    expect((await second.outcome).type).toBe("ok");
    expect(clock.pending).toBe(0);
  });

  test("an idle status that was lost does not keep a replied execution open for ever, output keeps it open", async () => {
    const { id, outcome } = execute();
    reply(id);
    clock.advance(4_900);
    client.receive("iopub", incoming("stream", id, stream("still coming")));
    clock.advance(4_900);
    expect(await settled(outcome)).toBe(false);
    clock.advance(200);
    clock.advance(200);
    expect((await outcome).type).toBe("ok");
  });

  test("a kernel that was interrupted and sends no reply has been interrupted", async () => {
    const { id, outcome } = execute();
    client.noteInterrupt();
    idle(id);
    clock.advance(3_000);
    expect(await outcome).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
  });

  test("messages for others and for finished executions are not delivered to a running one", async () => {
    const strays: unknown[] = [];
    client.onStrayOutput.on((stray) => strays.push(stray));
    const { id, outcome } = execute();
    client.receive("iopub", incoming("stream", "somebody_x1", stream("theirs")));
    client.receive("iopub", incoming("stream", null, stream("nobody's")));
    reply(id);
    idle(id);
    await outcome;
    client.receive("iopub", incoming("stream", id, stream("late")));
    expect(outputs).toEqual([]);
    expect(strays).toHaveLength(3);
  });

  test("death settles what is open, and a request, and what comes later", async () => {
    const { outcome } = execute();
    const completion = client.complete("a", 1);
    const subshell = line.last("create_subshell_request");
    client.receive(
      "control",
      incoming("create_subshell_reply", subshell.id, { status: "ok", subshell_id: "s1" }),
    );
    client.end(DEATH);
    client.end({ ...DEATH, reason: "exited" });
    expect(await outcome).toEqual({ type: "kernel-died", death: DEATH });
    await expect(completion).rejects.toMatchObject({ code: "kernel-died" });
    expect(await client.execute({ code: "1" }, { onOutput: () => {} })).toEqual({
      type: "kernel-died",
      death: DEATH,
    });
    expect(clock.pending).toBe(0);
  });

  test("a busy main shell is by-passed by a subshell that is made once", async () => {
    execute();
    const first = client.complete("a", 1);
    const { id } = line.last("create_subshell_request");
    client.receive("control", incoming("create_subshell_reply", id, { status: "ok", subshell_id: "s1" }));
    await new Promise((done) => setImmediate(done));
    const request = line.last("complete_request");
    expect(request.subshellId).toBe("s1");
    client.receive(
      "shell",
      incoming("complete_reply", request.id, {
        status: "ok",
        matches: ["ab"],
        cursor_start: 0,
        cursor_end: 1,
      }),
    );
    expect(await first).toEqual({ matches: ["ab"], cursorStart: 0, cursorEnd: 1, metadata: {} });
    const second = client.inspect("a", 1, 0);
    await new Promise((done) => setImmediate(done));
    const inspect = line.last("inspect_request");
    client.receive(
      "shell",
      incoming("inspect_reply", inspect.id, { status: "error", ename: "E", evalue: "v" }),
    );
    await expect(second).rejects.toMatchObject({
      code: "kernel-refused",
      message: expect.stringContaining("E: v"),
    });
    expect(line.sent.filter(({ message }) => message.type === "create_subshell_request")).toHaveLength(1);
  });

  test("a request that is not answered says so", async () => {
    const completion = client.complete("a", 1);
    clock.advance(10_000);
    await expect(completion).rejects.toMatchObject({ code: "kernel-did-not-answer", retry: true });
  });

  test("a kernel that does not take what is sent fails the execution, not the program", async () => {
    line.isFull = true;
    expect(await client.execute({ code: "1" }, { onOutput: () => {} })).toMatchObject({
      ename: "KernelDoesNotRead",
    });
    client.requestShutdown(false);
  });

  test("an answer to a question of an execution that is over goes nowhere", async () => {
    const outcome = client.execute(
      { code: "input()", allowStdin: true },
      { onOutput: () => {}, onInputRequest: () => {} },
    );
    const { id } = line.last("execute_request");
    client.receive("stdin", incoming("input_request", id, { prompt: "?", password: false }));
    reply(id);
    idle(id);
    await outcome;
    client.answerInput("late");
    expect(line.sent.some(({ channel }) => channel === "stdin")).toBe(false);
  });

  test("a handshake asks again until IOPub is heard", async () => {
    const deaf = new KernelClient({ connection: line, session: "other", clock, mayUseSubshells: true });
    const ready = deaf.handshake(60_000);
    const { id } = line.last("kernel_info_request");
    deaf.receive("shell", incoming("kernel_info_reply", id, INFO));
    await new Promise((done) => setImmediate(done));
    clock.advance(200);
    const again = line.last("kernel_info_request").id;
    expect(again).not.toBe(id);
    expect(await settled(ready)).toBe(false);
    deaf.receive("iopub", incoming("status", again, { execution_state: "busy" }));
    expect((await ready).languageInfo.name).toBe("x");
  });

  test("only the main shell's work counts as busy", async () => {
    const heard: boolean[] = [];
    client.onBusy.on((isBusy) => heard.push(isBusy));
    const status = (id: string, state: string): void =>
      client.receive("iopub", incoming("status", id, { execution_state: state }));
    void client.complete("a", 1).catch(() => {});
    status(line.last("complete_request").id, "busy");
    expect(heard).toEqual([]);
    const { id } = execute();
    status(id, "busy");
    status("another_client", "busy");
    status(id, "idle");
    expect(heard).toEqual([true]);
    status("another_client", "idle");
    expect(heard).toEqual([true, false]);
  });

  test("an update of a display that both showed reaches both", async () => {
    const strays: IopubMessage[] = [];
    client.onStrayOutput.on(({ message }) => strays.push(message));
    const display = { data: { "text/plain": "1" }, metadata: {}, transient: { display_id: "d" } };
    const first = execute();
    client.receive("iopub", incoming("display_data", first.id, display));
    reply(first.id);
    idle(first.id);
    await first.outcome;
    const second = execute();
    client.receive("iopub", incoming("display_data", second.id, display));
    client.receive("iopub", incoming("update_display_data", second.id, display));
    expect(outputs.map(({ type }) => type)).toEqual(["display_data", "display_data", "update_display_data"]);
    expect(strays.map(({ type }) => type)).toEqual(["update_display_data"]);
  });
});
