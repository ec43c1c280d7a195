declare module "pdfjs-dist/build/pdf.worker.min.mjs?url" {
  /** Where the built page's server has the worker. */
  const address: string;

  export { address as default };
}
