/**
 * Widgets of anywidget's kind: the notebook brings their code. The model is here, as any; the code is not run here but
 * in a frame, for which the view offers a place.
 */
import { DOMWidgetModel, DOMWidgetView, WidgetModel } from "@jupyter-widgets/base";
import { drawnPlaces } from "./drawn-places.ts";
import { placeOf } from "./view-place.ts";

export class AnyModel extends DOMWidgetModel {}

export class AnyView extends DOMWidgetView {
  override render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets", "widget-module");
    const element = document.createElement("div");
    this.el.append(element);
    const place = { element, model: this.model as AnyModel, host: placeOf(this)?.host };
    drawnPlaces.update((places) => [...places, place]);
    this.once("remove", () => drawnPlaces.update((places) => places.filter((each) => each !== place)));
  }
}

/** What the widget's code sees of its model: what it shares with Python, and nothing of ours. */
export function stateFor(model: WidgetModel, names = Object.keys(model.attributes)): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  for (const name of names) {
    const value: unknown = model.get(name);
    if (!name.startsWith("_") && !(value instanceof WidgetModel)) state[name] = value;
  }
  return state;
}
