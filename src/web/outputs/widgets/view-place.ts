/** Where a widget is drawn. A view that is drawn inside another is where that is. */
import type { WidgetView } from "@jupyter-widgets/base";

export interface ViewPlace {
  /** Of the cell whose output it is. */
  readonly cellId: string | null;
  /** Of what draws it, to tell whose the parts of a view are. */
  readonly host: symbol;
}

export function placeOf(view: WidgetView): ViewPlace | undefined {
  return (view.options as { readonly place?: ViewPlace } | undefined)?.place;
}
