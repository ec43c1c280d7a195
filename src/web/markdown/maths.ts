/** KaTeX, fetched when the first formula is on screen. Renders through the DOM, so no inline style markup is needed. */
import { Emitter } from "../../util/emitter.ts";
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

/** Formulas that waited for a definition were tried again. */
export const onDefined = new Emitter<void>();

/** What a notebook's formulas have defined (`\newcommand`, `\def`), for those that come after. */
const definitions = new WeakMap<object, Record<string, string>>();

/**
 * Replaces the formulas' source inside `root` by typeset ones; until then (and on an error) the source is shown, with why
 * as its `title`.
 * @param notebook whose definitions count: formulas that waited for one are set when it is there.
 */
export async function typesetMaths(root: ParentNode, notebook?: object): Promise<void> {
  const places = [...root.querySelectorAll<HTMLElement>(SELECTOR)];
  if (places.length === 0) return;
  const katex = await loadKatex();
  const macros = notebook === undefined ? {} : (definitions.get(notebook) ?? {});
  if (notebook !== undefined) definitions.set(notebook, macros);
  const before = Object.keys(macros).length;
  for (const place of places) typeset(katex, place, macros);
  if (notebook === undefined || Object.keys(macros).length === before) return;
  for (const place of document.querySelectorAll<HTMLElement>(SELECTOR)) typeset(katex, place, macros);
  onDefined.emit();
}

/** As many as a notebook may define. */
const MAX_DEFINITIONS = 1_000;

function typeset(katex: Katex, place: HTMLElement, macros: Record<string, string>): void {
  // Another formula's definition had it set while the code was on its way.
  if (place.dataset.maths === undefined) return;
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
      macros: Object.keys(macros).length < MAX_DEFINITIONS ? macros : { ...macros },
      globalGroup: true,
    });
    place.removeAttribute("data-maths");
    place.removeAttribute("title");
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
