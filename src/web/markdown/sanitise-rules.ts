/** What markup of anybody may carry, for the page and for what is written without a browser alike. Pure. */

/** Classes that our own style sheets know; all others are dropped. */
export const KNOWN_CLASSES = new Set(["dataframe", "language-python", "language-mermaid"]);

/** What an inline style may set. No position, no url(), no size of the page's own parts. */
const STYLE_PROPERTIES = new Set([
  "background-color",
  "border-bottom",
  "border-left",
  "border-right",
  "border-top",
  "color",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "height",
  "max-width",
  "padding",
  "padding-left",
  "text-align",
  "text-decoration",
  "vertical-align",
  "white-space",
  "width",
]);

/** What of an inline style may be set, as property and value. */
export function safeDeclarations(style: string): readonly (readonly [string, string])[] {
  return style.split(";").flatMap((declaration) => {
    const colon = declaration.indexOf(":");
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).trim();
    const isSafe =
      colon > 0 &&
      STYLE_PROPERTIES.has(property) &&
      !/[\\(@]|!important/.test(value.replace(/\brgba?\(/g, ""));
    return isSafe ? [[property, value] as const] : [];
  });
}
