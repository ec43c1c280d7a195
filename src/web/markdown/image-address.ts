/** Where an image of the folder, named by a notebook (`![](img/loss.png)`), is fetched. Pure. */

/** Turns an address in a notebook's text into one that the page may fetch; null: not from here. */
export type ImageAddress = (address: string) => string | null;

const IMAGE = /\.(?:avif|gif|jpe?g|png|svg|webp)$/i;

/**
 * @param notebook the notebook's path in the server's folder, with `/`; null or absolute: it lies outside of it.
 * @param address relative to the notebook; with `/` before it, to the server's folder, as in Jupyter.
 */
export function imageAddress(notebook: string | null, address: string): string | null {
  if (notebook === null || notebook.startsWith("/")) return null;
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|\\/i.test(address)) return null;
  const named = decode(address.replace(/[?#].*$/s, ""));
  if (named === null || !IMAGE.test(named)) return null;
  const parts = named.startsWith("/") ? [] : notebook.split("/").slice(0, -1);
  for (const part of named.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    // Above the server's folder nothing is to be had.
    else if (parts.pop() === undefined) return null;
  }
  return `/api/images?${new URLSearchParams({ path: parts.join("/") })}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
