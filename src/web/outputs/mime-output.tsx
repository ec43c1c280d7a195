import { useMemo } from "react";
import type { JsonObject, MimeBundle } from "../../nbformat/notebook.ts";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { useImageAddress } from "../session/use-image-address.ts";
import { HtmlOutput, useSanitised } from "./html-output.tsx";
import { ImageOutput } from "./image-output.tsx";
import { JsonTree } from "./json-tree.tsx";
import { LatexOutput } from "./latex-output.tsx";
import { altOf, isImageMime, notShown, type ShownMime, shownForms, sizeOf, textOf } from "./mime.ts";
import styles from "./outputs.module.css";
import { svgAddress, svgTitle } from "./svg-address.ts";
import { TextLines } from "./text-lines.tsx";

/** One displayed object in the richest form that is safe to show. */
export function MimeOutput({ data, metadata }: { data: MimeBundle; metadata: JsonObject }) {
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
      return <LatexOutput source={text} />;
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
