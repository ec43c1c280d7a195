/** One notebook in each of the forms that it can leave as. */
import { basename } from "node:path";
import type { Notebook } from "../nbformat/notebook.ts";
import { imagesBeside } from "./images-beside.ts";
import { lookFiles } from "./look-files.ts";
import { notebookHtml } from "./notebook-html.ts";
import { type MarkdownOptions, notebookMarkdown } from "./notebook-markdown.ts";
import { notebookScript, scriptExtension } from "./notebook-script.ts";
import { printPdf } from "./print-pdf.ts";

export type ExportFormat = "html" | "markdown" | "script" | "pdf";
export const EXPORT_FORMATS: readonly ExportFormat[] = ["html", "markdown", "script", "pdf"];

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly withSource: boolean;
  /** Absolute path of the notebook: its name, and where its images lie. */
  readonly path: string;
  /** All that images may be read from; default: the notebook's folder. */
  readonly imageFolder?: string;
  readonly keepImage?: MarkdownOptions["keepImage"];
  /** Markup of ours under the title. */
  readonly note?: string;
}

export interface Exported {
  /** `train.html` */
  readonly name: string;
  readonly type: string;
  readonly pieces: Iterable<string | Uint8Array>;
}

/** @throws LoopbookError `no-browser`, `pdf-failed`, `look-missing`. */
export async function exportNotebook(notebook: Notebook, options: ExportOptions): Promise<Exported> {
  const name = basename(options.path, ".ipynb");
  const { withSource } = options;
  const html = (unfolded: boolean): Generator<string> =>
    notebookHtml(notebook, {
      name,
      look: lookFiles(),
      withSource,
      unfolded,
      imageOf: imagesBeside(options.path, options.imageFolder),
      ...(options.note !== undefined && { note: options.note }),
    });
  switch (options.format) {
    case "html":
      return { name: `${name}.html`, type: "text/html; charset=utf-8", pieces: html(false) };
    case "pdf":
      return { name: `${name}.pdf`, type: "application/pdf", pieces: [await printPdf(html(true))] };
    case "markdown":
      return {
        name: `${name}.md`,
        type: "text/markdown; charset=utf-8",
        pieces: notebookMarkdown(notebook, {
          withSource,
          ...(options.keepImage && { keepImage: options.keepImage }),
        }),
      };
    case "script":
      return {
        name: `${name}${scriptExtension(notebook)}`,
        type: "text/plain; charset=utf-8",
        pieces: notebookScript(notebook),
      };
  }
}
