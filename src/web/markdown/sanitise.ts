/**
 * The one door through which markup of a notebook reaches the page. Nothing that runs, nothing that asks for input,
 * nothing that restyles the page passes; links open without access to us.
 */
import createDOMPurify, { type Config } from "dompurify";
import type { ImageAddress } from "./image-address.ts";
import { KNOWN_CLASSES, safeDeclarations } from "./sanitise-rules.ts";

const purify = createDOMPurify(window);

const CONFIG: Config & { RETURN_DOM_FRAGMENT: true } = {
  RETURN_DOM_FRAGMENT: true,
  USE_PROFILES: { html: true, svg: true, svgFilters: false, mathMl: false },
  // Forms and inputs invite phishing and clobber names of the document; `style` restyles the page around it.
  FORBID_TAGS: [
    "form",
    "input",
    "button",
    "select",
    "option",
    "textarea",
    "style",
    "link",
    "meta",
    "base",
    "iframe",
    "frame",
    "object",
    "embed",
    "dialog",
    "template",
    "foreignobject",
    "use",
    "image",
    "animate",
    "set",
    "map",
    "area",
    "track",
    "picture",
    "slot",
  ],
  FORBID_ATTR: [
    "id",
    "name",
    "border",
    "bgcolor",
    "cellpadding",
    "cellspacing",
    "tabindex",
    "accesskey",
    "autofocus",
    "contenteditable",
    "popover",
    "srcset",
    "autoplay",
    "poster",
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // Names that clobber `document.x` are stopped twice: by FORBID_ATTR above and by this.
  SANITIZE_DOM: true,
  ALLOWED_URI_REGEXP:
    /^(?:https?:|mailto:|#|\/(?!\/)|\.{0,2}\/|[^:/?#]+(?:[/?#]|$)|data:image\/(?:png|jpe?g|gif|webp|svg\+xml)[;,])/i,
};

purify.addHook("uponSanitizeAttribute", (element, data) => {
  if (data.attrName === "class") {
    const kept = data.attrValue.split(/\s+/).filter((name) => KNOWN_CLASSES.has(name));
    data.keepAttr = kept.length > 0;
    data.attrValue = kept.join(" ");
  } else if (data.attrName === "style") {
    // Set through CSSOM below: a style attribute in markup needs a wider content security policy than ours.
    pendingStyles.set(element, data.attrValue);
    data.keepAttr = false;
  }
});

let pendingStyles = new Map<Element, string>();

/**
 * @param html markup of anybody.
 * @param addressOf where images of the notebook's folder are fetched.
 * @returns what may be shown; empty when nothing is left.
 */
export function sanitiseHtml(html: string, addressOf: ImageAddress): DocumentFragment {
  pendingStyles = new Map();
  // A frameset takes the place of the body that is sanitised: nothing is left then.
  const fragment =
    (purify.sanitize(html, CONFIG) as DocumentFragment | null) ?? document.createDocumentFragment();
  for (const [element, style] of pendingStyles) {
    if (element instanceof HTMLElement && fragment.contains(element)) applyStyle(element, style);
  }
  pendingStyles = new Map();
  for (const link of fragment.querySelectorAll("a[href]")) secureLink(link);
  for (const image of fragment.querySelectorAll("img")) secureImage(image, addressOf);
  for (const media of fragment.querySelectorAll<HTMLMediaElement>("audio, video")) secureMedia(media);
  for (const table of fragment.querySelectorAll("table")) wrapTable(table);
  return fragment;
}

/** Whether anything of it would be seen. */
export function showsSomething(fragment: DocumentFragment): boolean {
  return (
    (fragment.textContent ?? "").trim() !== "" ||
    fragment.querySelector("img, svg, hr, progress, meter, audio, video") !== null
  );
}

function applyStyle(element: HTMLElement, text: string): void {
  for (const [property, value] of safeDeclarations(text)) element.style.setProperty(property, value);
}

function secureLink(link: Element): void {
  const href = link.getAttribute("href") ?? "";
  if (href.startsWith("#")) return;
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer nofollow");
}

/**
 * Images that are in the notebook or in the folder are shown; for one from elsewhere nothing is fetched, and its place
 * says so.
 */
function secureImage(image: HTMLImageElement, addressOf: ImageAddress): void {
  const address = image.getAttribute("src") ?? "";
  const alt = image.getAttribute("alt") ?? "";
  if (address.startsWith("data:")) {
    image.setAttribute("alt", alt);
    return;
  }
  const words = alt === "" ? "image" : `image: ${alt}`;
  if (/^https?:/i.test(address)) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = words;
    secureLink(link);
    image.replaceWith(link);
  } else {
    const inFolder = addressOf(address);
    if (inFolder === null) {
      image.replaceWith(missing(`${words} (not shown)`));
      return;
    }
    image.setAttribute("alt", alt);
    image.dataset.file = address;
    image.src = inFolder;
  }
}

const EMBEDDED_MEDIA = /^data:(?:audio|video)\/[\w.+-]+[;,]/i;

/** A recording that is in the notebook is played when somebody presses play; for one from elsewhere nothing is fetched. */
function secureMedia(media: HTMLMediaElement): void {
  const places = [media, ...media.querySelectorAll("source")];
  const addresses = places.flatMap((place) => place.getAttribute("src") ?? []);
  const embedded = addresses.find((address) => EMBEDDED_MEDIA.test(address));
  const isVideo = media.tagName === "VIDEO";
  const words =
    media.getAttribute("aria-label") ?? media.getAttribute("title") ?? (isVideo ? "video" : "recording");
  if (embedded === undefined) {
    const far = addresses.find((address) => /^https?:/i.test(address));
    if (far === undefined) {
      media.replaceWith(missing(`${words}${addresses[0] ? `: ${addresses[0]}` : ""} (not shown)`));
      return;
    }
    const link = document.createElement("a");
    link.href = far;
    link.textContent = words;
    secureLink(link);
    media.replaceWith(link);
    return;
  }
  media.replaceChildren();
  media.setAttribute("src", embedded);
  media.setAttribute("controls", "");
  media.setAttribute("preload", "metadata");
  media.setAttribute("aria-label", words);
}

/** An image of the folder that does not come is told in its place. @returns the end of the watch. */
export function watchImages(root: HTMLElement): () => void {
  const onError = ({ target }: Event): void => {
    if (!(target instanceof HTMLImageElement) || target.dataset.file === undefined) return;
    const words = target.alt === "" ? "image" : `image: ${target.alt}`;
    target.replaceWith(missing(`${words} (no ${target.dataset.file} here)`));
  };
  // It does not bubble.
  root.addEventListener("error", onError, true);
  return () => root.removeEventListener("error", onError, true);
}

function missing(words: string): HTMLElement {
  const place = document.createElement("span");
  place.className = "missing-image";
  place.textContent = words;
  return place;
}

/** A wide table scrolls by itself, also by keyboard, instead of widening the page. */
function wrapTable(table: HTMLTableElement): void {
  if (table.parentElement?.closest("table")) return;
  const scroller = document.createElement("div");
  scroller.className = "table-scroller";
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Table");
  table.replaceWith(scroller);
  scroller.append(table);
}
