/** For those who must know whether a process of a user's lives, without loading a host. */
export { identityOf, isRunning } from "../store/process-identity.ts";
