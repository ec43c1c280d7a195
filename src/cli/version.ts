/** Also for `--version`, which loads nothing else. */
export { loopbookVersion } from "../worker/version.ts";
