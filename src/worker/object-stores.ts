/** For commands that read or write an address without a run. */
export { objectAt } from "../store/objects/object-stores.ts";
