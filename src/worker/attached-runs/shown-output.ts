/** What a process shows, as an output: small forms as they came, big ones from the store of its run. */
import type { Output } from "../../nbformat/notebook.ts";
import type { ShownBundle } from "../../telemetry/facts.ts";
import type { RunTelemetry } from "../../telemetry/telemetry-store.ts";
import type { JsonValue } from "../../util/json.ts";

export async function bundleOutput(
  shown: ShownBundle,
  telemetry: Pick<RunTelemetry, "readBlob">,
): Promise<Output> {
  const data: Record<string, JsonValue> = { ...shown.data };
  for (const [mime, sha256] of Object.entries(shown.blobs ?? {})) {
    const bytes = await telemetry.readBlob(sha256);
    if (bytes !== null) data[mime] = formOf(mime, bytes);
    else data["text/plain"] ??= `(${mime} has not come: ${sha256.slice(0, 12)}…)`;
  }
  return { output_type: "display_data", data, metadata: { ...shown.metadata } } as Output;
}

/** As nbformat has it: JSON as it is, text as text, everything else in base64. */
function formOf(mime: string, bytes: Uint8Array): JsonValue {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (/[/+]json$/i.test(mime)) {
    try {
      return JSON.parse(buffer.toString("utf8"));
    } catch {
      return buffer.toString("utf8");
    }
  }
  const isText = /^text\/|^application\/(?:javascript|xml)$|\+xml$/i.test(mime);
  return isText ? buffer.toString("utf8") : buffer.toString("base64");
}
