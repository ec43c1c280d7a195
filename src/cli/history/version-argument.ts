/** `nb.ipynb@v1`: a notebook and one of its versions, as a person types them. */
export interface VersionArgument {
  readonly notebook: string;
  /** Null: the file itself, no version of it. */
  readonly version: string | null;
}

/** A file that has an `@` in its name is that file. */
export function versionArgument(typed: string, isThere: (path: string) => boolean): VersionArgument {
  const parts = /^(.+?\.ipynb)@(.+)$/s.exec(typed) ?? /^(.+)@([^@/\\]+)$/s.exec(typed);
  if (parts === null || isThere(typed)) return { notebook: typed, version: null };
  return { notebook: parts[1] ?? typed, version: parts[2] ?? null };
}
