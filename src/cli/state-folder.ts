export { stateFolder } from "../worker/state-folder.ts";
