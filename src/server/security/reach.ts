/** Whether a verified party reaches a file: by its share's scope, with links resolved, so that none leads out of it. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Access, covers, leadsTo, type Scope } from "../../people/access.ts";
import { LoopbookError } from "../../util/errors.ts";

/** `path` absolute; null: a notebook without a file. */
export function reaches({ scope }: Pick<Access, "scope">, path: string | null): boolean {
  return scope === undefined || covers(scope, path === null ? null : realTarget(path));
}

/** Folders above what is shared may be walked through; of what is in them, only the way is seen. */
export function mayList({ scope }: Pick<Access, "scope">, folder: string): boolean {
  const real = scope === undefined ? folder : realTarget(folder);
  return covers(scope, real) || leadsTo(scope, real);
}

/**
 * Images that a notebook shows lie beside it: who was given a notebook sees those of its folder and below.
 */
export function reachesImage({ scope }: Pick<Access, "scope">, path: string): boolean {
  if (scope === undefined) return true;
  const folder: Scope = scope.type === "folder" ? scope : { type: "folder", path: dirname(scope.path) };
  return covers(folder, realTarget(path));
}

/** @throws LoopbookError `outside-share`. */
export function needReach(access: Pick<Access, "scope">, path: string | null): void {
  if (reaches(access, path)) return;
  throw new LoopbookError(
    "outside-share",
    `This link is for ${basename(access.scope?.path ?? "")} only. Ask its owner for another one.`,
  );
}

/** Links resolved, also of a file that is not there yet. */
export function realTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return resolve(path);
    }
  }
}
