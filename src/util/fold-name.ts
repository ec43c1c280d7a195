/** A name as it is compared and kept: `Ben Okri` → `ben-okri`; the same for however it is written. */
export function foldName(name: string, maxLength = 80): string {
  return name
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, maxLength);
}
