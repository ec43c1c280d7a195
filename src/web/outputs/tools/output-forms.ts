/** The forms of an output in words, and as files. Pure. */

interface FormFacts {
  readonly name: string;
  readonly ending: string;
}

const FORMS: readonly (readonly [RegExp, FormFacts])[] = [
  [/^text\/html$/, { name: "HTML", ending: "html" }],
  [/^text\/plain$/, { name: "Plain text", ending: "txt" }],
  [/^text\/markdown$/, { name: "Markdown", ending: "md" }],
  [/^text\/latex$/, { name: "LaTeX", ending: "tex" }],
  [/^image\/svg\+xml$/, { name: "SVG image", ending: "svg" }],
  [/^image\/png$/, { name: "PNG image", ending: "png" }],
  [/^image\/jpeg$/, { name: "JPEG image", ending: "jpg" }],
  [/^image\/gif$/, { name: "GIF image", ending: "gif" }],
  [/^image\/webp$/, { name: "WebP image", ending: "webp" }],
  [/^application\/pdf$/, { name: "PDF", ending: "pdf" }],
  [/^application\/geo\+json$/, { name: "GeoJSON", ending: "geojson" }],
  [/^application\/json$/, { name: "JSON", ending: "json" }],
  [/^application\/vnd\.plotly/, { name: "Plotly chart", ending: "json" }],
  [/^application\/vnd\.vega/, { name: "Vega chart", ending: "json" }],
  [/^application\/vnd\.jupyter\.widget-view/, { name: "Widget", ending: "json" }],
  [/^application\/vnd\.dataresource/, { name: "Table as data", ending: "json" }],
  [/^(?:application|text)\/javascript$/, { name: "Script", ending: "js" }],
  [/^audio\/(?:x-)?wave?$/, { name: "Recording", ending: "wav" }],
  [/^audio\/mpeg$/, { name: "Recording", ending: "mp3" }],
  [/^audio\/ogg$/, { name: "Recording", ending: "ogg" }],
  [/^video\/mp4$/, { name: "Video", ending: "mp4" }],
  [/^video\/webm$/, { name: "Video", ending: "webm" }],
];

function factsOf(mime: string): FormFacts | undefined {
  return FORMS.find(([pattern]) => pattern.test(mime))?.[1];
}

export function formName(mime: string): string {
  return factsOf(mime)?.name ?? mime;
}

export function endingOf(mime: string): string {
  const known = factsOf(mime)?.ending;
  if (known !== undefined) return known;
  return /json$/.test(mime) ? "json" : isText(mime) ? "txt" : "bin";
}

/** As nbformat has it: everything else is base64. */
export function isText(mime: string): boolean {
  return /^text\/|^application\/(?:javascript|json|xml|x-[a-z]+script)$|\+(?:json|xml)$/i.test(mime);
}

/** What somebody who saves an output wants most: the richest form that is a file of its own. */
export function savedForm(forms: readonly string[]): string | undefined {
  const order = [
    /^application\/pdf$/,
    /^(?:audio|video)\//,
    /^image\/svg/,
    /^image\//,
    /^application\/vnd\.(?:plotly|vega)/,
    /^application\/(?:geo\+)?json$/,
    /^text\/html$/,
    /^text\/latex$/,
    /^text\/markdown$/,
    /^text\/plain$/,
  ];
  return (
    order.map((pattern) => forms.find((mime) => pattern.test(mime))).find((mime) => mime !== undefined) ??
    forms[0]
  );
}

/** `train`, cell 3, its second output: `train-3-2.png`. */
export function outputFile(path: string, cellNumber: number, at: number, ending: string): string {
  const name = (path.split("/").at(-1) ?? "").replace(/\.ipynb$/, "") || "notebook";
  return `${name}-${cellNumber}${at === 0 ? "" : `-${at + 1}`}.${ending}`;
}
