/**
 * pdf.js, fetched when the first PDF is drawn. Scripts, forms and links of a document do nothing; nothing is compiled
 * from text, nothing is fetched.
 */
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import workerAddress from "pdfjs-dist/build/pdf.worker.min.mjs?url";

export interface PdfDocument {
  readonly pages: number;
  /** Of the first page, in CSS pixels at 100 %. */
  readonly width: number;
  readonly height: number;
  page(number: number): Promise<PDFPageProxy>;
  textLayer(page: PDFPageProxy, container: HTMLElement, scale: number): Promise<void>;
  close(): Promise<void>;
}

/** Points of a PDF (1/72 inch) to CSS pixels (1/96). */
export const PIXELS_PER_POINT = 96 / 72;

/** @throws when it is no PDF, damaged, or locked. */
export async function openPdf(base64: string): Promise<PdfDocument> {
  const pdfjs = await import("pdfjs-dist");
  pdfjs.GlobalWorkerOptions.workerSrc = workerAddress;
  const loading = pdfjs.getDocument({
    data: bytesOf(base64),
    // Compiling is forbidden to the page; pictures that want it (JPEG 2000, JBIG2) are decoded in JavaScript.
    useWasm: false,
    useWorkerFetch: false,
    enableXfa: false,
    useSystemFonts: true,
  });
  const document: PDFDocumentProxy = await loading.promise;
  const first = await document.getPage(1);
  const { width, height } = first.getViewport({ scale: PIXELS_PER_POINT });
  return {
    pages: document.numPages,
    width,
    height,
    page: (number) => document.getPage(number),
    textLayer: async (page, container, scale) => {
      const layer = new pdfjs.TextLayer({
        textContentSource: page.streamTextContent(),
        container,
        viewport: page.getViewport({ scale: scale * PIXELS_PER_POINT }),
      });
      await layer.render();
    },
    close: () => loading.destroy(),
  };
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
}
