import { expect, test } from "vitest";
import { savedModel, stillSeen } from "./widget-metadata.ts";

test("of earlier models those are kept that an output shows, and what they name; live ones and others are not", () => {
  const saved = {
    box: { state: { children: ["IPY_MODEL_slider", "IPY_MODEL_live"], layout: "IPY_MODEL_box" } },
    slider: { state: { style: { of: "IPY_MODEL_style" } } },
    style: { state: {} },
    live: { state: {} },
    unseen: { state: {} },
  };
  const kept = stillSeen(saved, ["box", "nowhere", "__proto__"], (id) => id === "live");
  expect(Object.keys(kept).sort()).toEqual(["box", "slider", "style"]);
});

test("binary parts are written as nbclient writes them", () => {
  const state = { _model_name: "ImageModel", _model_module: "m", _model_module_version: "1" };
  expect(
    savedModel({ commId: "a", state, buffers: [{ path: ["value"], data: Uint8Array.of(3, 4) }] }),
  ).toEqual({
    model_name: "ImageModel",
    model_module: "m",
    model_module_version: "1",
    state,
    buffers: [{ data: "AwQ=", encoding: "base64", path: ["value"] }],
  });
});
