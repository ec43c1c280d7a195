/** Markup that widgets bring (`HTML`, descriptions) goes through the same door as all markup of a notebook. */
import { sanitiseHtml } from "../../markdown/sanitise.ts";

/** Images of the folder are not fetched for a widget: its markup names no notebook that they could be beside. */
export function cleanFragment(html: string): DocumentFragment {
  return sanitiseHtml(html, () => null);
}

/** As text, for those who put it in by `innerHTML`: clean markup stays clean when it is read again. */
export function cleanInline(html: string): string {
  const place = document.createElement("div");
  place.append(cleanFragment(html));
  return place.innerHTML;
}
