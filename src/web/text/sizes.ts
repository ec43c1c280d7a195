export { formatBytes } from "../../util/sizes.ts";
