/** Archives for the command line, which works on files without a server. */
export { type ArchiveFormat, noProgress, packArchive } from "../store/archive/pack.ts";
export { entriesToPack, type PackRoot } from "../store/archive/packed-entry.ts";
export { type OnClash, planUnpack, unpackZip } from "../store/archive/unpack-zip.ts";
export { folderLimits } from "./folder-limits.ts";
