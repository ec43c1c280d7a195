import { describe, expect, test } from "vitest";
import type { CommMessage } from "../kernel/kernel.ts";
import type { JsonObject } from "../util/json.ts";
import { settled } from "./manual-clock.ts";
import { aSession, codeCell } from "./scripted-session.ts";

describe("displays and widgets", () => {
  const shown = (text: string) =>
    ({ type: "display_data", data: { "text/plain": text }, metadata: {}, displayId: "bar" }) as const;

  test("output of nobody's updates the display of a cell that ended", async () => {
    const { run, kernel, clock, cell } = await aSession(
      () => ({ outputs: [shown("0 %")] }),
      [codeCell("a", "x")],
    );
    await run("a");
    kernel.emitStray({
      type: "update_display_data",
      data: { "text/plain": "9 %" },
      metadata: {},
      displayId: "bar",
    });
    await clock.pass(100);
    expect(cell("a")?.outputs).toMatchObject([{ data: { "text/plain": "9 %" } }]);
  });

  const comm = (
    type: CommMessage["type"],
    state: JsonObject,
    more: Partial<CommMessage> = {},
  ): CommMessage => ({
    type,
    commId: "out",
    targetName: "jupyter.widget",
    data: { state, buffer_paths: [] },
    metadata: {},
    buffers: [],
    ...more,
  });

  test("a cell starts when the kernel has dealt with what pages sent to widgets before, or after two seconds", async () => {
    const { session, run, kernel, clock } = await aSession(() => ({}), [codeCell("a", "x")]);
    kernel.emitComm(comm("comm_open", { _model_name: "IntSliderModel", value: 0 }));
    const move = (value: number) => {
      const data = { method: "update", state: { value }, buffer_paths: [] };
      const message = comm("comm_msg", {}, { targetName: null, data });
      expect(session.widgets?.send({ id: `p${value}`, message, cellId: null })).toBe(true);
    };
    const seen: unknown[] = [];
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (request, listener) => {
      seen.push(kernel.sentComms.at(-1)?.data.state);
      return execute(request, listener);
    };
    move(1);
    move(2);
    const first = run("a");
    expect(seen).toEqual([]);
    kernel.handleComm();
    expect(seen).toEqual([]);
    kernel.handleComm();
    expect(await first).toMatchObject({ type: "completed" });
    expect(seen).toEqual([{ value: 2 }]);

    await settled();
    move(3);
    const second = run("a");
    await clock.pass(1_900);
    expect(seen).toHaveLength(1);
    await clock.pass(200);
    expect(await second).toMatchObject({ type: "completed" });
  });

  test("an Output widget takes what is printed inside it; its state is saved", async () => {
    const { session, run, kernel, cell } = await aSession(() => ({}), [codeCell("a", "x")]);
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (request, listener) => {
      const model = { _model_name: "OutputModel", _model_module: "@jupyter-widgets/output", outputs: [] };
      kernel.emitComm(comm("comm_open", { ...model, _model_module_version: "1.0.0", msg_id: "" }));
      kernel.emitComm(comm("comm_msg", { msg_id: "m1" }));
      listener.onOutput({ type: "stream", name: "stdout", text: "inside\n" });
      kernel.emitComm(comm("comm_msg", { msg_id: "" }));
      listener.onOutput({ type: "stream", name: "stdout", text: "outside\n" });
      return execute(request, listener);
    };
    await run("a");
    const captured = [{ output_type: "stream", name: "stdout", text: "inside\n" }];
    expect(cell("a")?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "outside\n" }]);
    expect(kernel.sentComms).toMatchObject([{ data: { method: "update", state: { outputs: captured } } }]);
    await session.save();
    expect(session.live.metadata().widgets).toMatchObject({
      "application/vnd.jupyter.widget-state+json": {
        version_major: 2,
        version_minor: 0,
        state: { out: { model_name: "OutputModel", state: { outputs: captured } } },
      },
    });
  });

  test("what a widget's callback prints inside an Output widget is told to the kernel soon", async () => {
    const { run, kernel, clock } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a");
    const model = { _model_name: "OutputModel", _model_module: "@jupyter-widgets/output", outputs: [] };
    kernel.emitComm(comm("comm_open", model));
    kernel.emitComm(comm("comm_msg", { msg_id: "callback" }));
    kernel.emitStray({ type: "stream", name: "stdout", text: "moved\n" });
    await clock.pass(100);
    const outputs = [{ output_type: "stream", name: "stdout", text: "moved\n" }];
    expect(kernel.sentComms).toMatchObject([{ commId: "out", data: { state: { outputs } } }]);
  });

  test("binary parts of a widget's state are kept by their path", async () => {
    const { session, run, kernel } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a");
    const paths = { state: { _model_name: "ImageModel" }, buffer_paths: [["value"]] };
    kernel.emitComm(comm("comm_open", {}, { data: paths, buffers: [new Uint8Array([1, 2])] }));
    kernel.emitComm(comm("comm_msg", {}, { data: paths, buffers: [new Uint8Array([3, 4])] }));
    await session.save();
    const saved = session.live.metadata().widgets as JsonObject;
    expect(saved["application/vnd.jupyter.widget-state+json"]).toMatchObject({
      state: { out: { buffers: [{ data: "AwQ=", encoding: "base64", path: ["value"] }] } },
    });
  });
});
