/**
 * Which outputs show which `display_id`, over all cells of a notebook: an update reaches every one of them, also
 * those of cells that ended long ago.
 */
import type { DisplayDataOutput, ExecuteResultOutput, JsonObject, MimeBundle } from "../nbformat/notebook.ts";
import { withoutStored } from "./output-keeper.ts";

/** An output that shows a display. */
export interface DisplayPlace {
  output: DisplayDataOutput | ExecuteResultOutput;
  /** Tells its owner that it changed. */
  changed(): void;
}

/** Displays beyond this many are forgotten, oldest first; updates no longer reach those. */
const MAX_DISPLAYS = 50_000;

export class DisplayIndex {
  private readonly places = new Map<string, Set<DisplayPlace>>();

  add(displayId: string, place: DisplayPlace): void {
    const known = this.places.get(displayId);
    if (known) {
      known.add(place);
      return;
    }
    this.places.set(displayId, new Set([place]));
    if (this.places.size > MAX_DISPLAYS) {
      const [oldest] = this.places.keys();
      if (oldest !== undefined) this.places.delete(oldest);
    }
  }

  remove(displayId: string, place: DisplayPlace): void {
    const known = this.places.get(displayId);
    known?.delete(place);
    if (known?.size === 0) this.places.delete(displayId);
  }

  /** Puts new content into every place with this id; what the output is (its type, its count) stays. */
  update(displayId: string, data: MimeBundle, metadata: JsonObject): void {
    for (const place of this.places.get(displayId) ?? []) {
      place.output = { ...withoutStored(place.output), data, metadata };
      place.changed();
    }
  }
}
