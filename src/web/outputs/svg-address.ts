/** SVG is shown as an image, where no script, link or outside fetch of it works. */

/** @returns a data: address; the SVG namespace is added where a notebook's SVG leaves it out. */
export function svgAddress(svg: string): string {
  const start = svg.indexOf("<svg");
  const body = start === -1 ? svg : svg.slice(start);
  const named = /^<svg[^>]*\sxmlns=/.test(body)
    ? body
    : body.replace(/^<svg/, '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(named)}`;
}

/** What the image says of itself (`<title>`, `aria-label`), for those who do not see it. */
export function svgTitle(svg: string): string | null {
  const label = /<svg[^>]*\saria-label=(?:"([^"]*)"|'([^']*)')/.exec(svg);
  const title = /<title[^>]*>([^<]*)<\/title>/.exec(svg);
  const text = (label?.[1] ?? label?.[2] ?? title?.[1] ?? "").trim();
  return text === "" ? null : decodeEntities(text);
}

function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_match, name: string) => named[name] ?? "");
}
