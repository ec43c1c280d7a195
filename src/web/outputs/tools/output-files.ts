/** An output on the clipboard and as a file. */
import type { OutputsClient } from "../../../client/outputs-client.ts";
import { storedOf } from "../../../document/output-face.ts";
import type { JsonValue, MimeBundle, Output } from "../../../nbformat/notebook.ts";
import { stripAnsi } from "../../text/ansi.ts";
import { copyImage } from "../media/image-files.ts";
import { textOf } from "../mime.ts";
import { svgAddress } from "../svg-address.ts";
import { endingOf, isText, savedForm } from "./output-forms.ts";
import { saveFile, saveFrom } from "./save-file.ts";

/** More of a log is downloaded, not copied. */
const MAX_COPIED_LINES = 50_000;
const MAX_READ_BYTES = 100_000_000;

async function wholeOf(output: Output, outputs: OutputsClient): Promise<Output> {
  const stored = storedOf(output);
  return stored?.kind === "value" ? outputs.value(stored.ref) : output;
}

/** What it is as text, without colours. */
async function plainText(output: Output, outputs: OutputsClient): Promise<string> {
  const stored = storedOf(output);
  if (stored?.kind === "log") {
    const lines: string[] = [];
    while (lines.length < Math.min(stored.lines, MAX_COPIED_LINES)) {
      const part = await outputs.lines(stored.ref, lines.length, stored.lines);
      if (part.lines.length === 0) break;
      lines.push(...part.lines.map((line) => stripAnsi(line ?? "")));
    }
    return lines.join("\n");
  }
  if (output.output_type === "stream") return stripAnsi(output.text);
  if (output.output_type === "error") return stripAnsi(output.traceback.join("\n"));
  return stripAnsi(textOf(output.data["text/plain"]));
}

/** @param form what is shown of it; null: whatever is best. @returns what was copied, in words. */
export async function copyOutput(
  output: Output,
  form: string | null,
  outputs: OutputsClient,
): Promise<string> {
  const whole = await wholeOf(output, outputs);
  if (whole.output_type === "stream" || whole.output_type === "error") {
    await navigator.clipboard.writeText(await plainText(whole, outputs));
    return "The text is";
  }
  const forms = form === null ? Object.keys(whole.data) : [form];
  const picture = forms.find((mime) => mime.startsWith("image/"));
  if (picture !== undefined) {
    const image = new Image();
    image.src = addressOf(picture, whole.data[picture]);
    await image.decode();
    await copyImage(image);
    return "The image is";
  }
  const plain =
    form === null || form === "text/html" ? await plainText(whole, outputs) : bodyOf(whole.data, form);
  const html = forms.includes("text/html") ? textOf(whole.data["text/html"]) : null;
  const parts: Record<string, Blob> = { "text/plain": new Blob([plain], { type: "text/plain" }) };
  if (html !== null) parts["text/html"] = new Blob([html], { type: "text/html" });
  await navigator.clipboard.write([new ClipboardItem(parts)]);
  return "The output is";
}

function bodyOf(data: MimeBundle, mime: string): string {
  const value = data[mime];
  return /json$/.test(mime) && typeof value !== "string" ? JSON.stringify(value, null, 2) : textOf(value);
}

/** @param named gives the file's name for an ending. */
export async function saveOutput(
  output: Output,
  form: string | null,
  outputs: OutputsClient,
  named: (ending: string) => string,
): Promise<void> {
  const stored = storedOf(output);
  if (stored?.kind === "log") {
    const address = outputs.textAddress(stored.ref);
    // The server streams what would not fit into the page's memory, under its own name.
    if (stored.bytes > MAX_READ_BYTES) saveFrom(named("log"), address);
    else saveFile(named("log"), await (await fetch(address)).blob());
    return;
  }
  const whole = await wholeOf(output, outputs);
  if (whole.output_type === "stream" || whole.output_type === "error") {
    saveFile(named("txt"), new Blob([await plainText(whole, outputs)], { type: "text/plain;charset=utf-8" }));
    return;
  }
  const mime = form ?? savedForm(Object.keys(whole.data)) ?? "text/plain";
  const body = isText(mime) ? bodyOf(whole.data, mime) : bytesOf(whole.data[mime]);
  // Never as HTML or SVG of ours: what is saved is opened as a file.
  saveFile(named(endingOf(mime)), new Blob([body], { type: "application/octet-stream" }));
}

function bytesOf(value: JsonValue | undefined): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(textOf(value).replace(/\s/g, "")), (character) => character.charCodeAt(0));
}

function addressOf(mime: string, value: JsonValue | undefined): string {
  const text = textOf(value);
  return mime === "image/svg+xml" ? svgAddress(text) : `data:${mime};base64,${text.replace(/\s/g, "")}`;
}
