import { useMemo } from "react";
import { textOf } from "../mime.ts";
import type { RendererProps } from "../renderers.ts";
import { altairSpec } from "./altair-html.ts";
import { VegaOutput } from "./vega-output.tsx";

/** A chart of Altair's HTML form: drawn from its specification, as data; nothing of its script is run. */
export function AltairOutput(props: RendererProps) {
  const spec = useMemo(() => altairSpec(textOf(props.value)), [props.value]);
  if (spec === null) return props.fallback;
  return <VegaOutput {...props} mime="application/vnd.vegalite.v6+json" value={spec} />;
}
