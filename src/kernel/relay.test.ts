import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../util/clock.ts";
import type { JsonObject } from "../util/json.ts";
import { KernelClient } from "./kernel-client.ts";
import type { Channel, IncomingMessage, OutgoingMessage } from "./message.ts";
import { type ForeignMessage, type RelayedMessage, SharedRelay } from "./relay.ts";

function incoming(type: string, parentId: string | null, content: JsonObject = {}): IncomingMessage {
  const header = { msg_id: "k", msg_type: type };
  return {
    ...{ id: "k", type, parentId, buffers: [] },
    header: () => header,
    content: () => content,
    metadata: () => ({}),
    frames: () => [],
  };
}

const foreign = (id: string, type = "execute_request", content: JsonObject = {}): ForeignMessage => ({
  header: { msg_id: id, msg_type: type, session: "theirs", username: "eva" },
  parentHeader: { msg_id: "before" },
  metadata: { cellId: "c" },
  content,
  buffers: [new Uint8Array([1])],
});

describe("another client's messages", () => {
  let sent: { channel: Channel; message: OutgoingMessage }[];
  let client: KernelClient;
  let heard: RelayedMessage[];

  beforeEach(() => {
    sent = [];
    heard = [];
    client = new KernelClient({
      connection: { send: (channel, message) => void sent.push({ channel, message }), close: () => {} },
      session: "ours",
      clock: systemClock,
      mayUseSubshells: true,
    });
    client.relay.on((relayed) => heard.push(relayed));
  });
  const ids = (): unknown[] => heard.map(({ channel, message }) => [channel, message.type, message.parentId]);
  const execute = () => {
    const outcome = client.execute({ code: "x" }, { onOutput: () => {} });
    return { outcome, id: sent.at(-1)?.message.id ?? "" };
  };
  const abort = (id: string): void => {
    client.receive("shell", incoming("execute_reply", id, { status: "aborted" }));
    client.receive("iopub", incoming("status", id, { execution_state: "idle" }));
  };

  test("go to the kernel under their own header", () => {
    const message = foreign("theirs-1");
    client.relay.send("shell", message);
    const { header, parentHeader, metadata, content, buffers } = message;
    expect(sent).toEqual([
      {
        channel: "shell",
        message: {
          id: "theirs-1",
          type: "execute_request",
          ...{ header, parentHeader, metadata, content, buffers },
        },
      },
    ]);
  });

  test.each([
    ["an id that could be ours", { msg_id: "ours_x1", msg_type: "execute_request" }],
    ["no id", { msg_type: "execute_request" }],
    ["no type", { msg_id: "a" }],
  ])("are refused with %s", (_what, header) => {
    expect(() => client.relay.send("shell", { ...foreign("a"), header })).toThrow(
      expect.objectContaining({ code: "bad-message" }),
    );
    expect(sent).toEqual([]);
  });

  test("bring them all of IOPub, and of the rest only what answers them", () => {
    client.receive("iopub", incoming("stream", "ours_x1"));
    client.receive("shell", incoming("execute_reply", "ours_x1"));
    client.receive("iopub", incoming("stream", "theirs-1"));
    client.receive("shell", incoming("execute_reply", "theirs-1"));
    client.receive("control", incoming("debug_reply", "theirs-2"));
    client.receive("stdin", incoming("input_request", "theirs-1"));
    expect(ids()).toEqual([
      ["iopub", "stream", "ours_x1"],
      ["iopub", "stream", "theirs-1"],
      ["shell", "execute_reply", "theirs-1"],
      ["control", "debug_reply", "theirs-2"],
      ["stdin", "input_request", "theirs-1"],
    ]);
  });

  test("a question of theirs is never answered by us", () => {
    client.receive("stdin", incoming("input_request", "theirs-1", { prompt: "Name?" }));
    client.answerInput("mine");
    expect(sent).toEqual([]);
  });

  test("a failure of theirs that aborts an execution of ours makes us ask again", async () => {
    const { id, outcome } = execute();
    client.receive("shell", incoming("execute_reply", "theirs-1", { status: "error" }));
    abort(id);
    await new Promise((done) => setImmediate(done));
    const again = sent.at(-1)?.message;
    expect(again).toMatchObject({ type: "execute_request", content: { code: "x" } });
    expect(again?.id).not.toBe(id);
    client.receive("shell", incoming("execute_reply", again?.id ?? "", { status: "ok", execution_count: 3 }));
    client.receive("iopub", incoming("status", again?.id ?? "", { execution_state: "idle" }));
    expect(await outcome).toMatchObject({ type: "ok", executionCount: 3 });
  });

  test("an interrupt that aborts it, or no failure of theirs, lets it be aborted", async () => {
    const first = execute();
    abort(first.id);
    expect(await first.outcome).toEqual({ type: "aborted" });
    const second = execute();
    client.noteInterrupt();
    client.receive("shell", incoming("execute_reply", "theirs-1", { status: "error" }));
    abort(second.id);
    expect(await second.outcome).toEqual({ type: "aborted" });
  });

  test("a kernel that is gone takes none", () => {
    client.end({
      reason: "killed",
      exitCode: null,
      signal: "SIGKILL",
      memoryPeakBytes: null,
      stderrTail: "",
    });
    expect(() => client.relay.send("shell", foreign("a"))).toThrow(
      expect.objectContaining({ code: "kernel-died" }),
    );
  });

  test("what came for them before anybody listens is told to the first who does, once; ours is not kept", () => {
    const shared = new SharedRelay();
    shared.follow(client.relay);
    client.receive("iopub", incoming("stream", "ours_x1"));
    client.receive("iopub", incoming("stream", "theirs-1"));
    client.receive("shell", incoming("execute_reply", "theirs-1"));
    const [first, second]: [string[], string[]] = [[], []];
    shared.on(({ message }) => first.push(`${message.type} ${message.parentId}`));
    shared.on(({ message }) => second.push(`${message.type} ${message.parentId}`));
    client.receive("iopub", incoming("stream", "ours_x2"));
    expect(first).toEqual(["stream theirs-1", "execute_reply theirs-1", "stream ours_x2"]);
    expect(second).toEqual(["stream ours_x2"]);
  });

  test("what is not told to its end is still needed from its beginning on", () => {
    let position = 10;
    client.relay.follow(() => position);
    client.relay.send("shell", foreign("theirs-1"));
    position = 20;
    client.relay.send("shell", foreign("theirs-2"));
    client.relay.send("shell", foreign("theirs-3", "complete_request"));
    expect(client.relay.openSince()).toBe(10);
    client.receive("iopub", incoming("status", "theirs-1", { execution_state: "busy" }));
    client.receive("shell", incoming("execute_reply", "theirs-1"));
    expect(client.relay.openSince()).toBe(10);
    client.receive("iopub", incoming("status", "theirs-1", { execution_state: "idle" }));
    expect(client.relay.openSince()).toBe(20);
    position = 15;
    client.receive("iopub", incoming("execute_input", "from-before"));
    expect(client.relay.openSince()).toBe(15);
    for (const id of ["theirs-2", "from-before"]) {
      client.receive("iopub", incoming("status", id, { execution_state: "idle" }));
      client.receive("shell", incoming("execute_reply", id));
    }
    expect(client.relay.openSince()).toBe(Number.POSITIVE_INFINITY);
  });
});
