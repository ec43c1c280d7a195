/** Markdown to markup that is not yet safe: one dialect for the page and for what is written without a browser. */
import { Marked } from "marked";

const marked = new Marked({
  gfm: true,
  breaks: false,
  async: false,
  // Nothing can be ticked here; that it is ticked can be read.
  renderer: { checkbox: ({ checked }) => (checked ? "☑ " : "☐ ") },
});

export function parseMarkdown(text: string): string {
  return marked.parse(text) as string;
}
