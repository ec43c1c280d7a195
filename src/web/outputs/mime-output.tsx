import { lazy, Suspense, useMemo } from "react";
import type { JsonObject, MimeBundle } from "../../nbformat/notebook.ts";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { useImageAddress } from "../session/use-image-address.ts";
import { HtmlOutput, useSanitised } from "./html-output.tsx";
import { ImageOutput } from "./image-output.tsx";
import { JsonTree } from "./json-tree.tsx";
import { altOf, isImageMime, notShown, type ShownMime, shownForms, sizeOf, textOf } from "./mime.ts";
import styles from "./outputs.module.css";
import { RendererBoundary } from "./renderer-boundary.tsx";
import { rendererOf } from "./renderers.ts";
import { svgAddress, svgTitle } from "./svg-address.ts";
import { TextLines } from "./text-lines.tsx";

const LatexOutput = lazy(async () => ({ default: (await import("./latex-output.tsx")).LatexOutput }));

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
    const { width, height } = sizeOf(metadata[form]);
    const address = `data:${form};base64,${text.replace(/\s/g, "")}`;
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
      return (
        <Suspense fallback={<div className={styles.awaited} aria-busy="true" />}>
          <LatexOutput source={text} />
        </Suspense>
      );
    case "application/json":
    case "application/geo+json":
      return <JsonTree value={value ?? null} />;
    default:
      return <TextLines text={text} />;
  }
}

function MarkdownOutput({ source }: { source: string }) {
  const addressOf = useImageAddress();
  const context = useMemo(() => ({ attachments: {}, addressOf }), [addressOf]);
  return <MarkdownView source={source} context={context} />;
}
