/** Views of markup, through the door that all markup of a notebook goes through. */
import { HTMLMathView, HTMLView } from "@jupyter-widgets/controls";
import { cleanFragment } from "./clean-html.ts";

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export class CleanHTMLView extends HTMLView {
  override update(): void {
    this.content.replaceChildren(cleanFragment(textOf(this.model.get("value"))));
  }
}

export class CleanHTMLMathView extends HTMLMathView {
  override update(): void {
    this.content.replaceChildren(cleanFragment(textOf(this.model.get("value"))));
    this.typeset(this.content);
  }
}
