/** A name that a frame proposes, as a file may be called: no folders, nothing hidden, no letters that deceive. Pure. */
export function safeFileName(proposed: string): string {
  const name = proposed
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[\\/:*?"<>|]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "")
    .slice(0, 120);
  return name === "" ? "output" : name;
}

/** Asks the browser to save these bytes. */
export function saveAs(proposed: string, mime: string, bytes: ArrayBuffer): void {
  const isKnown = /^[\w.+-]+\/[\w.+-]+$/.test(mime);
  const address = URL.createObjectURL(
    new Blob([bytes], { type: isKnown ? mime : "application/octet-stream" }),
  );
  const link = document.createElement("a");
  link.href = address;
  link.download = safeFileName(proposed);
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
