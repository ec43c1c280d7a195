import { describe, expect, test } from "vitest";
import type { IopubMessage } from "../../kernel/kernel.ts";
import { ScriptedProvider } from "./scripted-provider.ts";

function listening(): { outputs: IopubMessage[]; onOutput: (message: IopubMessage) => void } {
  const outputs: IopubMessage[] = [];
  return { outputs, onOutput: (message) => outputs.push(message) };
}

describe("scripted provider", () => {
  test("plays outputs, then the outcome; the main lane takes one at a time", async () => {
    const provider = new ScriptedProvider((code) => ({
      outputs: [{ type: "stream", name: "stdout", text: code }],
    }));
    const kernel = await provider.start({});
    const [first, second] = [listening(), listening()];
    const outcomes = await Promise.all([
      kernel.execute({ code: "a" }, first),
      kernel.execute({ code: "b" }, second),
    ]);
    expect(first.outputs).toEqual([
      { type: "execute_input", executionCount: 1 },
      { type: "stream", name: "stdout", text: "a" },
    ]);
    expect(outcomes.map((outcome) => outcome.type === "ok" && outcome.executionCount)).toEqual([1, 2]);
  });

  test("an interrupt ends what runs as a KeyboardInterrupt", async () => {
    const provider = new ScriptedProvider(() => ({ until: new Promise(() => {}) }));
    const kernel = await provider.start({});
    const outcome = kernel.execute({ code: "while True: pass" }, listening());
    await new Promise((resolve) => kernel.onState((state) => state === "busy" && resolve(state)));
    await kernel.interrupt();
    expect(await outcome).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
  });

  test("a death settles what runs and what is queued", async () => {
    const provider = new ScriptedProvider(() => ({ death: { reason: "out-of-memory" } }));
    const kernel = await provider.start({});
    const outcomes = await Promise.all([
      kernel.execute({ code: "x" }, listening()),
      kernel.execute({ code: "y" }, listening()),
    ]);
    expect(outcomes).toMatchObject([
      { type: "kernel-died", death: { reason: "out-of-memory" } },
      { type: "kernel-died", death: { reason: "out-of-memory" } },
    ]);
    expect(kernel.state).toBe("dead");
  });

  test("asks for input and hands the answer on", async () => {
    let given = "";
    const provider = new ScriptedProvider(() => ({
      input: { prompt: "name? ", password: false },
      onInput: (value) => {
        given = value;
      },
    }));
    const kernel = await provider.start({});
    const listener = { ...listening(), onInputRequest: () => kernel.answerInput("Ana") };
    await kernel.execute({ code: "input()", allowStdin: true }, listener);
    expect(given).toBe("Ana");
  });
});
