export { readNotebook } from "../library/values/read-notebook.ts";
