/** Hyperparameters in TensorBoard's files (tensorboard/plugins/hparams/plugin_data.proto). Pure. */
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import { doubleOf, fieldsOf, messagesOf, textOf } from "../../util/protobuf.ts";

/** Of the content of a session's start; none for other messages of the plugin. */
export function hyperparametersOf(content: Uint8Array): readonly DeclaredParameter[] {
  const found: DeclaredParameter[] = [];
  for (const start of messagesOf(content, 3))
    for (const entry of messagesOf(start, 1)) {
      let name = "";
      let value: Pick<DeclaredParameter, "type" | "value"> | null = null;
      for (const field of fieldsOf(entry)) {
        if (field.number === 1) name = textOf(field);
        else if (field.number === 2) value = protoValue(field.bytes);
      }
      if (name !== "" && value !== null) found.push({ name, ...value });
    }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `google.protobuf.Value`. Whole numbers are floats there, too. */
function protoValue(message: Uint8Array): Pick<DeclaredParameter, "type" | "value"> | null {
  for (const field of fieldsOf(message)) {
    if (field.number === 2) {
      const value = doubleOf(field);
      return {
        type: Number.isInteger(value) ? "int" : "float",
        value: Number.isFinite(value) ? value : String(value),
      };
    }
    if (field.number === 3) return { type: "str", value: textOf(field) };
    if (field.number === 4) return { type: "bool", value: field.varint !== 0n };
  }
  return null;
}
