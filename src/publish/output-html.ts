/** A cell's outputs as markup, in the richest form that needs no script. */
import type { JsonValue, MimeBundle, Output } from "../nbformat/notebook.ts";
import { splitMaths } from "../web/markdown/maths-source.ts";
import { errorText } from "../web/outputs/error-text.ts";
import { altOf, isImageMime, shownForms, sizeOf, textOf } from "../web/outputs/mime.ts";
import { svgAddress, svgTitle } from "../web/outputs/svg-address.ts";
import { escapeAttribute, escapeText } from "./escape.ts";
import { markdownHtml } from "./markdown-html.ts";
import { mathsHtml } from "./maths.ts";
import { safeHtml } from "./safe-html.ts";
import { terminalHtml } from "./terminal-html.ts";

export interface OutputOptions {
  readonly imageOf: (address: string) => string | null;
  readonly unfolded: boolean;
}

export function* outputHtml(output: Output, options: OutputOptions): Generator<string> {
  switch (output.output_type) {
    case "stream":
      yield `<div class="output${output.name === "stderr" ? " stderr" : ""}">`;
      yield* terminalHtml(output.text, options.unfolded);
      yield "</div>";
      return;
    case "error": {
      const { title, body } = errorText(output);
      yield `<div class="output error"><p class="errorTitle">${escapeText(title)}</p>`;
      if (body.trim() !== "") yield* terminalHtml(body, options.unfolded);
      yield "</div>";
      return;
    }
    default:
      yield '<div class="output">';
      yield* displayHtml(output.data ?? {}, output.metadata ?? {}, options);
      yield "</div>";
  }
}

function* displayHtml(
  data: MimeBundle,
  metadata: Readonly<Record<string, JsonValue>>,
  options: OutputOptions,
): Generator<string> {
  const live = Object.keys(data).find((mime) =>
    /^application\/vnd\.(?:plotly|vega|vegalite|bokehjs|holoviews|jupyter\.widget-view)/.test(mime),
  );
  let shown = false;
  for (const form of shownForms(data)) {
    // The text form of a chart says nothing.
    if (live !== undefined && form === "text/plain") break;
    const html = formHtml(form, data, metadata, options);
    if (html === "") continue;
    if (typeof html === "string") yield html;
    else yield* html;
    shown = true;
    break;
  }
  if (shown) return;
  const types = Object.keys(data).join(", ");
  yield `<p class="missing">${
    live === undefined
      ? escapeText(types === "" ? "An empty output." : `This output (${types}) cannot be shown here.`)
      : "An interactive output, which needs the live notebook."
  }</p>`;
}

function formHtml(
  form: ReturnType<typeof shownForms>[number],
  data: MimeBundle,
  metadata: Readonly<Record<string, JsonValue>>,
  options: OutputOptions,
): string | Generator<string> {
  const text = textOf(data[form]);
  if (isImageMime(form)) {
    const { width, height } = sizeOf(metadata[form]);
    const sizes = `${width ? ` width="${width}"` : ""}${height ? ` height="${height}"` : ""}`;
    const source = `data:${form};base64,${text.replace(/[^A-Za-z0-9+/=]/g, "")}`;
    return `<img class="image plate" src="${source}" alt="${escapeAttribute(altOf(metadata, data))}"${sizes}>`;
  }
  switch (form) {
    case "text/html": {
      const html = safeHtml(text, { imageOf: options.imageOf });
      return html === "" ? "" : `<div class="prose">${html}</div>`;
    }
    case "text/markdown":
      return `<div class="prose">${markdownHtml(text, { attachments: {}, imageOf: options.imageOf })}</div>`;
    case "image/svg+xml": {
      const alt = svgTitle(text) ?? altOf(metadata, data);
      return `<img class="image" src="${escapeAttribute(svgAddress(text))}" alt="${escapeAttribute(alt)}">`;
    }
    case "text/latex":
      return `<div class="latex prose">${latexHtml(text)}</div>`;
    case "application/json":
    case "application/geo+json":
      return terminalHtml(JSON.stringify(data[form] ?? null, null, 2), options.unfolded);
    default:
      return terminalHtml(text, options.unfolded);
  }
}

function latexHtml(source: string): string {
  const { text, formulas } = splitMaths(source);
  if (formulas.length === 0) return mathsHtml(source.trim(), "block");
  const words = escapeText(text.replace(/\uE000\d+\uE001/g, " ").trim());
  return `${words}${formulas.map((formula) => mathsHtml(formula.source, formula.kind)).join(" ")}`;
}
