/** Addresses such as `s3://bucket/a.ipynb` beside paths. A single letter is a drive of Windows, not a scheme. */

/** The scheme in lower case, or null for a path. */
export function schemeOf(address: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(address)?.[1]?.toLowerCase() ?? null;
}

/** For messages: without a password, and without a query, which may hold a signature. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/@]*@/i, "$1").replace(/\?.*$/s, "");
}

/** The last part of an address, without extension and query: `train` of `s3://bucket/train.ipynb`. */
export function nameOfAddress(address: string): string {
  const last = shownAddress(address).split("/").at(-1) ?? "";
  return last.replace(/\.[^.]*$/, "") || "notebook";
}
