/** Images as files, and on the clipboard. */

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
};

/** A name that every file system takes, from what the image is called. */
export function imageName(alt: string, address: string): string {
  const mime =
    /^data:([^;,]+)/.exec(address)?.[1] ?? new URLSearchParams(address.split("?")[1] ?? "").get("mime") ?? "";
  return `${fileStem(alt, "image")}.${ENDINGS[mime] ?? "png"}`;
}

export function fileStem(text: string, otherwise: string): string {
  const stem = text
    .normalize("NFKD")
    .replace(/[^\w\s.-]+/g, "")
    .trim()
    .replace(/[\s.]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return stem === "" ? otherwise : stem.toLowerCase();
}

/** As a PNG, which is what clipboards take. Rejects where the browser does not let the page. */
export async function copyImage(image: HTMLImageElement | null): Promise<void> {
  if (image === null) throw new Error("There is no image.");
  const png = new Promise<Blob>((resolve, reject) => {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth || 800;
    canvas.height = image.naturalHeight || 600;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("It cannot be read."))), "image/png");
  });
  // Handed over before it is made: Safari takes it only within the click.
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
}
