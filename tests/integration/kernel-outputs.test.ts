import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommMessage, IopubMessage, Kernel } from "../../src/kernel/kernel.ts";
import { aProvider, execute, executeAsking, printed } from "./kernel-support.ts";

describe("outputs of a Python kernel", () => {
  const provider = aProvider();
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await provider.start({});
  });
  afterAll(() => provider.close());

  test("says who it is", () => {
    expect(kernel.info.languageInfo.name).toBe("python");
    expect(kernel.info.implementation).toBe("ipython");
    expect(kernel.state).toBe("idle");
    expect(kernel.supportsSubshells).toBe(true);
  });

  test("every kind of output, in order, before the outcome", async () => {
    const code = `
import sys
from IPython.display import display, HTML, clear_output
print('out')
print('err', file=sys.stderr)
display(HTML('<b>x</b>'))
clear_output(wait=True)
display({'text/plain': 'y', 'application/json': {'a': [1, None]}}, raw=True, metadata={'m': 1})
41 + 1`;
    const { outputs, outcome } = await execute(kernel, code);
    expect(outcome).toMatchObject({ type: "ok", executionCount: expect.any(Number) });
    expect(outputs).toEqual([
      { type: "stream", name: "stdout", text: "out\n" },
      { type: "stream", name: "stderr", text: "err\n" },
      {
        type: "display_data",
        data: { "text/plain": expect.any(String), "text/html": "<b>x</b>" },
        metadata: {},
        displayId: null,
      },
      { type: "clear_output", wait: true },
      {
        type: "display_data",
        data: { "text/plain": "y", "application/json": { a: [1, null] } },
        metadata: { m: 1 },
        displayId: null,
      },
      {
        type: "execute_result",
        data: { "text/plain": "42" },
        metadata: {},
        executionCount: outcome.type === "ok" ? outcome.executionCount : null,
        displayId: null,
      },
    ]);
  });

  test("an error comes as output and as outcome", async () => {
    const { outputs, outcome } = await execute(kernel, "{}['lr']");
    const error = { type: "error", ename: "KeyError", evalue: "'lr'" };
    expect(outputs).toMatchObject([error]);
    expect(outcome).toMatchObject(error);
  });

  test("what is queued behind an error is aborted, unless it said otherwise", async () => {
    const [failing, behind] = [execute(kernel, "import time; time.sleep(0.2); 1/0"), execute(kernel, "1")];
    expect((await failing).outcome.type).toBe("error");
    expect((await behind).outcome).toEqual({ type: "aborted" });
    const going = [
      execute(kernel, "import time; time.sleep(0.2); 1/0", { stopOnError: false }),
      execute(kernel, "1"),
    ];
    expect((await Promise.all(going)).map(({ outcome }) => outcome.type)).toEqual(["error", "ok"]);
  });

  test("silent code leaves no output and no count; expressions are evaluated behind it", async () => {
    const before = (await execute(kernel, "1")).outcome;
    const silent = await execute(kernel, "secret = 6 * 7; secret", {
      silent: true,
      userExpressions: { answer: "secret", nothing: "no_such_name" },
    });
    expect(silent.outputs).toEqual([]);
    expect(silent.outcome).toMatchObject({
      type: "ok",
      userExpressions: {
        answer: { status: "ok", data: { "text/plain": "42" } },
        nothing: { status: "error", ename: "NameError" },
      },
    });
    const after = (await execute(kernel, "1")).outcome;
    if (before.type !== "ok" || after.type !== "ok") throw new Error("both are ok");
    expect(after.executionCount).toBe((before.executionCount ?? 0) + 1);
  });

  test("a display of its own is updated in place; one of another cell goes to the stray listener", async () => {
    const own = await execute(
      kernel,
      "from IPython.display import display\nh = display('a', display_id='shared')\nh.update('b')",
    );
    expect(own.outputs).toMatchObject([
      { type: "display_data", data: { "text/plain": "'a'" }, displayId: "shared" },
      { type: "update_display_data", data: { "text/plain": "'b'" }, displayId: "shared" },
    ]);
    const strays: { message: IopubMessage; owner: string | null }[] = [];
    const stop = kernel.onStrayOutput((message, owner) => strays.push({ message, owner }));
    const other = await execute(kernel, "h.update('c')", { owner: "second-cell" });
    stop();
    expect(other.outputs).toEqual([]);
    expect(strays).toMatchObject([
      {
        message: { type: "update_display_data", data: { "text/plain": "'c'" }, displayId: "shared" },
        owner: "second-cell",
      },
    ]);
  });

  test("a thread that prints on after its cell is heard as stray, with the owner of its cell", async () => {
    const strays: { message: IopubMessage; owner: string | null }[] = [];
    const late = new Promise<void>((resolve) => {
      kernel.onStrayOutput((message, owner) => {
        strays.push({ message, owner });
        resolve();
      });
    });
    const code = `
import threading, time
def later():
    time.sleep(0.3)
    print('late', flush=True)
threading.Thread(target=later).start()`;
    const { outputs } = await execute(kernel, code, { owner: "thread-cell" });
    expect(outputs).toEqual([]);
    await late;
    expect(strays[0]).toEqual({
      message: { type: "stream", name: "stdout", text: "late\n" },
      owner: "thread-cell",
    });
  });

  test("input is asked for and answered; a password is marked as one", async () => {
    const asked: unknown[] = [];
    const code = "import getpass\nname = input('Name? ')\nword = getpass.getpass('Word? ')";
    const outcome = await executeAsking(kernel, code, (request) => {
      asked.push(request);
      kernel.answerInput(request.password ? "s3cret" : "Åsa");
    });
    expect(outcome.type).toBe("ok");
    expect(asked).toEqual([
      { prompt: "Name? ", password: false },
      { prompt: "Word? ", password: true },
    ]);
    expect(printed((await execute(kernel, "print(name, word)")).outputs)).toBe("Åsa s3cret\n");
  });

  test("input fails at once where it is not allowed", async () => {
    expect((await execute(kernel, "input()")).outcome).toMatchObject({
      type: "error",
      ename: "StdinNotImplementedError",
    });
  });

  test("widgets talk: a comm with a binary buffer opens, and what the page sends changes the value in the kernel", async () => {
    const comms: CommMessage[] = [];
    kernel.onComm((message) => comms.push(message));
    await execute(
      kernel,
      "import ipywidgets\ns = ipywidgets.IntSlider(value=3)\nimg = ipywidgets.Image(value=b'\\x00\\xff\\x01')",
    );
    const slider = comms.find((message) => JSON.stringify(message.data).includes("IntSliderModel"));
    const image = comms.find((message) => JSON.stringify(message.data).includes("ImageModel"));
    expect(slider).toMatchObject({ type: "comm_open", targetName: "jupyter.widget" });
    expect(image?.buffers).toEqual([Uint8Array.from([0, 255, 1])]);
    expect(Object.keys(await kernel.commInfo("jupyter.widget"))).toContain(slider?.commId);
    kernel.sendComm({
      type: "comm_msg",
      commId: slider?.commId ?? "",
      targetName: null,
      data: { method: "update", state: { value: 42 }, buffer_paths: [] },
      metadata: {},
      buffers: [],
    });
    expect(printed((await execute(kernel, "print(s.value)")).outputs)).toBe("42\n");
  });

  test("completion and inspection count characters as people do, not UTF-16 units", async () => {
    await execute(kernel, "wert_größe = 1");
    const code = "'🎈🎈'; wert_gr";
    const completion = await kernel.complete(code, [...code].length);
    expect(completion.matches).toContain("wert_größe");
    expect([completion.cursorStart, completion.cursorEnd]).toEqual([6, 13]);
    const inspection = await kernel.inspect("print", 5);
    expect(inspection.found).toBe(true);
    expect(String(inspection.data["text/plain"])).toContain("stream");
    expect((await kernel.inspect("no_such_thing", 5)).found).toBe(false);
    expect(await kernel.isComplete("for x in y:")).toBe("incomplete");
    expect(await kernel.isComplete("1 + 1")).toBe("complete");
  });
});
