/** A notebook as Markdown: text as it is, code in fences, outputs below. Images inlined, or given to who keeps them. */
import type { MimeBundle, Notebook, Output } from "../nbformat/notebook.ts";
import { errorText } from "../web/outputs/error-text.ts";
import { altOf, isImageMime, type ShownMime, textOf } from "../web/outputs/mime.ts";
import { stripAnsi } from "../web/text/ansi.ts";
import { attachmentsOf, languageOf } from "./notebook-facts.ts";
import { safeHtml } from "./safe-html.ts";

export interface MarkdownOptions {
  readonly withSource: boolean;
  /** Takes an image and says what it is called beside the text; absent: images are inlined. */
  readonly keepImage?: (name: string, bytes: Buffer) => string;
}

const IMAGES: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
};

export function* notebookMarkdown(notebook: Notebook, options: MarkdownOptions): Generator<string> {
  const language = languageOf(notebook);
  for (const [index, cell] of notebook.cells.entries()) {
    const number = index + 1;
    if (cell.cell_type === "markdown") {
      const attached = attachmentsOf(cell);
      const source = cell.source.replace(/\(attachment:([^)\s]+)\)/g, (whole, name: string) => {
        const address = attached[decode(name)];
        return address === undefined ? whole : `(${kept(address, `cell-${number}-${name}`, options)})`;
      });
      yield `${source}\n\n`;
    } else if (options.withSource) {
      yield `${fenced(cell.source, cell.cell_type === "code" ? language : "")}\n\n`;
    }
    if (cell.cell_type !== "code") continue;
    for (const [at, output] of cell.outputs.entries()) {
      const text = outputMarkdown(output, `cell-${number}-output-${at + 1}`, options);
      if (text !== "") yield `${text}\n\n`;
    }
  }
}

function outputMarkdown(output: Output, name: string, options: MarkdownOptions): string {
  if (output.output_type === "stream") return fenced(stripAnsi(output.text).replace(/\n$/, ""), "text");
  if (output.output_type === "error") {
    const { title, body } = errorText(output);
    return fenced(`${title}\n${stripAnsi(body)}`.trimEnd(), "text");
  }
  return displayMarkdown(output.data ?? {}, output.metadata ?? {}, name, options);
}

function displayMarkdown(
  data: MimeBundle,
  metadata: Parameters<typeof altOf>[0],
  name: string,
  options: MarkdownOptions,
): string {
  if ("text/markdown" in data) return textOf(data["text/markdown"]);
  for (const mime of Object.keys(IMAGES)) {
    if (!(mime in data)) continue;
    const text = textOf(data[mime]);
    const base64 = isImageMime(mime as ShownMime)
      ? text.replace(/[^A-Za-z0-9+/=]/g, "")
      : Buffer.from(text).toString("base64");
    const alt = altOf(metadata, data).replace(/[[\]\n]/g, " ");
    return `![${alt}](${kept(`data:${mime};base64,${base64}`, name, options)})`;
  }
  if ("text/latex" in data) return textOf(data["text/latex"]);
  if ("text/html" in data && !/^<(?:\w+\.)+\w+ at /.test(textOf(data["text/plain"]))) {
    const html = safeHtml(textOf(data["text/html"]), { imageOf: () => null });
    if (html.includes("<table")) return html.replace(/\n\s*\n/g, "\n").trim();
  }
  const json = data["application/json"];
  if (json !== undefined && !("text/plain" in data)) return fenced(JSON.stringify(json, null, 2), "json");
  const text = textOf(data["text/plain"]);
  return text === "" ? "" : fenced(stripAnsi(text), "text");
}

function kept(address: string, name: string, { keepImage }: MarkdownOptions): string {
  const [, mime = "", data = ""] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(address) ?? [];
  const extension = IMAGES[mime];
  if (!keepImage || extension === undefined) return address;
  const stem = name.replace(/\.(?:png|jpe?g|gif|webp|svg)$/i, "").replace(/[^\w.-]/g, "-");
  return keepImage(`${stem}.${extension}`, Buffer.from(data, "base64"));
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^ *(`{3,})/gm)].map(([, ticks]) => (ticks ?? "").length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
