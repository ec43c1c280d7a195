/** For commands that only need to know where things are, without loading a host. */
export { stateFolder } from "../store/state-folder.ts";
