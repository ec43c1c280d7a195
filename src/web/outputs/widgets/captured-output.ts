/**
 * `Output` widgets. What they capture is decided beside the kernel and told as their state; here it is only drawn, by
 * the page's own output area: a view offers a place, and who drew the view fills it.
 */
import { OutputModel, OutputView } from "@jupyter-widgets/output";
import type { Output } from "../../../nbformat/notebook.ts";
import { drawnPlaces } from "./drawn-places.ts";
import { placeOf } from "./view-place.ts";

export class CapturedModel extends OutputModel {
  private shown: readonly Output[] = [];
  private source: unknown;

  /** The same list until it changes. */
  readonly outputs = (): readonly Output[] => {
    const source: unknown = this.get("outputs");
    if (source !== this.source) {
      this.source = source;
      this.shown = Array.isArray(source) ? source.filter(isOutput) : [];
    }
    return this.shown;
  };

  readonly onOutputs = (listener: () => void): (() => void) => {
    this.on("change:outputs", listener);
    return () => this.off("change:outputs", listener);
  };
}

export class CapturedView extends OutputView {
  override render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets", "widget-output");
    const element = document.createElement("div");
    this.el.append(element);
    const place = { element, model: this.model as CapturedModel, host: placeOf(this)?.host };
    drawnPlaces.update((places) => [...places, place]);
    this.once("remove", () => drawnPlaces.update((places) => places.filter((each) => each !== place)));
  }
}

function isOutput(value: unknown): value is Output {
  return typeof value === "object" && value !== null && "output_type" in value;
}
