import { Suspense, useMemo } from "react";
import type { JsonObject, MimeBundle } from "../../nbformat/notebook.ts";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { useImageAddress } from "../session/use-image-address.ts";
import { HtmlOutput, useSanitised } from "./html-output.tsx";
import { ImageOutput } from "./image-output.tsx";
import { JsonTree } from "./json-tree.tsx";
import { LatexOutput } from "./latex-output.tsx";
import { imageSize } from "./media/image-size.ts";
import { altOf, isImageMime, notShown, type ShownMime, shownForms, sizeOf, textOf } from "./mime.ts";
import styles from "./outputs.module.css";
import { RendererBoundary } from "./renderer-boundary.tsx";
import { rendererOf } from "./renderers.ts";
import { svgAddress, svgTitle } from "./svg-address.ts";
import { TextLines } from "./text-lines.tsx";

interface DisplayProps {
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** One displayed object in the richest form that can be shown. */
export function MimeOutput({ data, metadata }: DisplayProps) {
  const chosen = rendererOf(data);
  const basic = <BasicOutput data={data} metadata={metadata} />;
  if (chosen === null) return basic;
  const { mime, renderer } = chosen;
  return (
    <RendererBoundary of={data[mime]} fallback={basic}>
      <Suspense
        fallback={
          <div
            className={styles.awaited}
            style={{ height: renderer.height?.(data[mime] ?? null) }}
            aria-busy="true"
          />
        }
      >
        <renderer.View
          mime={mime}
          value={data[mime] ?? null}
          data={data}
          metadata={metadata}
          fallback={basic}
        />
      </Suspense>
    </RendererBoundary>
  );
}

/** Without any renderer: markup is sanitised, nothing runs. */
function BasicOutput({ data, metadata }: DisplayProps) {
  const forms = shownForms(data);
  const html = useSanitised(forms.includes("text/html") ? textOf(data["text/html"]) : "");
  const form = forms.find((mime) => mime !== "text/html" || html !== null);
  const missing = notShown(data);
  return (
    <>
      {missing !== null && <p className={styles.missing}>{missing}</p>}
      {form === "text/html" && html !== null && <HtmlOutput fragment={html} />}
      {form !== undefined && form !== "text/html" && <Form form={form} data={data} metadata={metadata} />}
    </>
  );
}

function Form({ form, data, metadata }: { form: ShownMime; data: MimeBundle; metadata: JsonObject }) {
  const value = data[form];
  const text = textOf(value);
  if (isImageMime(form)) {
    const base64 = text.replace(/\s/g, "");
    const { width, height } = shownSize(sizeOf(metadata[form]), form, base64);
    const address = `data:${form};base64,${base64}`;
    return <ImageOutput address={address} alt={altOf(metadata, data)} width={width} height={height} plate />;
  }
  switch (form) {
    case "image/svg+xml": {
      const alt = svgTitle(text) ?? altOf(metadata, data);
      return (
        <ImageOutput
          address={svgAddress(text)}
          alt={alt}
          width={undefined}
          height={undefined}
          plate={false}
        />
      );
    }
    case "text/markdown":
      return <MarkdownOutput source={text} />;
    case "text/latex":
      return <LatexOutput source={text} />;
    case "application/json":
    case "application/geo+json":
      return <JsonTree value={value ?? null} />;
    default:
      return <TextLines text={text} />;
  }
}

/** Its own size where the program gave none: the place is as high as the image before it is decoded. */
function shownSize(
  given: ReturnType<typeof sizeOf>,
  mime: string,
  base64: string,
): { width: number | undefined; height: number | undefined } {
  const own = given.width !== undefined && given.height !== undefined ? null : imageSize(mime, base64);
  if (own === null) return { width: given.width, height: given.height };
  if (given.width !== undefined)
    return { width: given.width, height: Math.round((given.width * own.height) / own.width) };
  if (given.height !== undefined)
    return { width: Math.round((given.height * own.width) / own.height), height: given.height };
  return own;
}

function MarkdownOutput({ source }: { source: string }) {
  const addressOf = useImageAddress();
  const context = useMemo(() => ({ attachments: {}, addressOf }), [addressOf]);
  return <MarkdownView source={source} context={context} />;
}
