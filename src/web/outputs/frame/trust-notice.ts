import { createStore } from "../../session/store.ts";

/** The notebook that shows an output whose scripts are not run, by its id; null: none does. */
export const trustNotice = createStore<string | null>(null);
