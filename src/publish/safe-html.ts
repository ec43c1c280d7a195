/**
 * Markup of anybody as markup that may be published, without a browser: parsed as a browser would (parse5), and written
 * anew from what a list allows. What is not in the list is not written, so nothing can be hidden in a way to write it.
 * SVG becomes an image, in which nothing runs. The page's own way (`web/markdown/sanitise.ts`) shares the rules.
 */
import { type DefaultTreeAdapterTypes, parseFragment, serializeOuter } from "parse5";
import { KNOWN_CLASSES, safeDeclarations } from "../web/markdown/sanitise-rules.ts";
import { svgAddress, svgTitle } from "../web/outputs/svg-address.ts";
import { escapeAttribute, escapeText } from "./escape.ts";

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

export interface SafeHtmlOptions {
  /** A `data:` or relative address for an image that the markup names; null: it is not shown. */
  readonly imageOf: (address: string) => string | null;
  /** Text as markup, where it holds more than text (formulas' places). */
  readonly textOf?: (text: string) => string;
  /** Headings are given their anchors. */
  readonly anchors?: boolean;
}

const ELEMENTS = new Set(
  (
    "a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption " +
    "figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark meter ol p pre progress q rp rt ruby s samp small span strike " +
    "strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
  ).split(" "),
);
/** Their content is no text for a reader. */
const DROPPED_WHOLE = new Set(
  "script style template noscript iframe frame frameset object embed applet math title head select option textarea audio video canvas noembed noframes plaintext xmp".split(
    " ",
  ),
);
const VOID = new Set(["br", "col", "hr", "img", "wbr"]);
const ATTRIBUTES = new Set(
  "align alt cite colspan datetime dir headers height high lang low max min open optimum reversed rowspan scope span start title valign value width".split(
    " ",
  ),
);
const MAX_DEPTH = 200;

/** @returns markup; "" when nothing of it would be seen. */
export function safeHtml(html: string, options: SafeHtmlOptions): string {
  const out: string[] = [];
  let shows = false;
  const text = options.textOf ?? escapeText;
  const write = (node: Node, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (node.nodeName === "#text" && "value" in node) {
      if (node.value.trim() !== "") shows = true;
      out.push(text(node.value));
      return;
    }
    if (!("tagName" in node) || DROPPED_WHOLE.has(node.tagName)) return;
    if (node.tagName === "svg") {
      shows = true;
      const svg = serializeOuter(node);
      out.push(
        `<img src="${escapeAttribute(svgAddress(svg))}" alt="${escapeAttribute(svgTitle(svg) ?? "")}">`,
      );
      return;
    }
    if (!ELEMENTS.has(node.tagName) || node.namespaceURI !== "http://www.w3.org/1999/xhtml") {
      for (const child of node.childNodes) write(child, depth + 1);
      return;
    }
    if (node.tagName === "img") {
      shows = true;
      out.push(image(node, options));
      return;
    }
    if (["hr", "progress", "meter"].includes(node.tagName)) shows = true;
    const isTable = node.tagName === "table" && depth < MAX_DEPTH && !hasTableAbove(node);
    if (isTable) out.push('<div class="table-scroller" tabindex="0" role="region" aria-label="Table">');
    out.push(`<${node.tagName}${attributes(node)}${anchor(node, options)}>`);
    if (!VOID.has(node.tagName)) {
      for (const child of node.childNodes) write(child, depth + 1);
      out.push(`</${node.tagName}>`);
    }
    if (isTable) out.push("</div>");
  };
  for (const node of parseFragment(html).childNodes) write(node, 0);
  return shows ? out.join("") : "";
}

function attributes(element: Element): string {
  return element.attrs
    .flatMap(({ name, value }) => {
      if (name === "class") {
        const known = value.split(/\s+/).filter((one) => KNOWN_CLASSES.has(one));
        return known.length === 0 ? [] : [["class", known.join(" ")] as const];
      }
      if (name === "style") {
        const style = safeDeclarations(value).map(([property, set]) => `${property}:${set}`);
        return style.length === 0 ? [] : [["style", style.join(";")] as const];
      }
      if (name === "href" && element.tagName === "a") return link(value);
      return ATTRIBUTES.has(name) ? [[name, value] as const] : [];
    })
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join("");
}

function link(href: string): readonly (readonly [string, string])[] {
  // As a browser reads addresses: what it leaves out of them must not hide a scheme.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out.
  const plain = href.replace(/[\u0000-\u0020]/g, "");
  if (plain.startsWith("#")) return [["href", `#${anchorName(decode(plain.slice(1)))}`]];
  if (!/^(?:https?:|mailto:)/i.test(plain)) return [];
  return [
    ["href", plain],
    ["target", "_blank"],
    ["rel", "noopener noreferrer nofollow"],
  ];
}

function image(element: Element, { imageOf }: SafeHtmlOptions): string {
  const value = (name: string): string => element.attrs.find((one) => one.name === name)?.value ?? "";
  const source = value("src").trim();
  const alt = value("alt");
  const words = alt === "" ? "image" : `image: ${alt}`;
  if (/^https?:/i.test(source)) {
    const href = escapeAttribute(source);
    return `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${escapeText(words)}</a>`;
  }
  const isData = /^data:image\/(?:png|jpe?g|gif|webp|svg\+xml)[;,]/i.test(source);
  const shown = isData ? source : imageOf(source);
  if (shown === null) return `<span class="missing-image">${escapeText(words)} (not shown)</span>`;
  const sizes = ["width", "height", "title"]
    .filter((name) => value(name) !== "")
    .map((name) => ` ${name}="${escapeAttribute(value(name))}"`);
  return `<img src="${escapeAttribute(shown)}" alt="${escapeAttribute(alt)}"${sizes.join("")}>`;
}

function anchor(element: Element, { anchors }: SafeHtmlOptions): string {
  if (!anchors || !/^h[1-6]$/.test(element.tagName)) return "";
  return ` id="${escapeAttribute(anchorName(plainText(element)))}"`;
}

/** As Jupyter makes anchors, without capitals: two that differ by them only are one place. */
function anchorName(text: string): string {
  return text.trim().replace(/\s+/g, "-").toLowerCase();
}

function plainText(node: Node): string {
  if (node.nodeName === "#text" && "value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(plainText).join("") : "";
}

function hasTableAbove(element: Element): boolean {
  for (let above = element.parentNode; above && "tagName" in above; above = above.parentNode)
    if (above.tagName === "table") return true;
  return false;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
