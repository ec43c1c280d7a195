/** KaTeX, fetched when the first formula is on screen. Renders through the DOM, so no inline style markup is needed. */
import { messageOf } from "../../util/errors.ts";

type Katex = typeof import("katex").default;

let loading: Promise<Katex> | null = null;

function loadKatex(): Promise<Katex> {
  loading ??= Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(
    ([module]) => module.default,
  );
  // A failed download must not last for ever.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

const SELECTOR = "[data-maths]";

/** Replaces the formulas' source inside `root` by typeset ones; until then (and on an error) the source is shown. */
export async function typesetMaths(root: ParentNode): Promise<void> {
  const places = [...root.querySelectorAll<HTMLElement>(SELECTOR)];
  if (places.length === 0) return;
  const katex = await loadKatex();
  for (const place of places) typeset(katex, place);
}

function typeset(katex: Katex, place: HTMLElement): void {
  const source = place.textContent ?? "";
  try {
    katex.render(source, place, {
      displayMode: place.dataset.maths === "block",
      throwOnError: true,
      strict: "ignore",
      // No links, no images, no classes from a formula; and no formula that fills the page or never ends.
      trust: false,
      maxSize: 40,
      maxExpand: 2000,
    });
    place.removeAttribute("data-maths");
  } catch (error) {
    place.textContent = source;
    place.title = messageOf(error);
  }
}

/** One formula as an element that `typesetMaths` finds. */
export function mathsElement(source: string, kind: "inline" | "block"): HTMLElement {
  const place = document.createElement(kind === "block" ? "div" : "span");
  place.dataset.maths = kind;
  place.textContent = source;
  return place;
}
