export { nearestOf } from "../../library/values/nearest.ts";
