/**
 * Places inside widgets that the page fills itself: a view offers one, and who drew the view fills it, as a part of
 * the page that it is in.
 */
import type { WidgetModel } from "@jupyter-widgets/base";
import { createStore, type Store } from "../../session/store.ts";

export interface DrawnPlace {
  readonly element: HTMLElement;
  readonly model: WidgetModel;
  /** Of who drew the view. */
  readonly host: symbol | undefined;
}

export const drawnPlaces: Store<readonly DrawnPlace[]> = createStore<readonly DrawnPlace[]>([]);
