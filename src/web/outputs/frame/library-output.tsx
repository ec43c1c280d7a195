import outputStyles from "../outputs.module.css";
import type { RendererProps } from "../renderers.ts";

/** A library that a notebook brings for later outputs: each of them has it in its own frame, so it draws nothing here. */
export function LibraryOutput(_: RendererProps) {
  return null;
}

/** Bokeh's notice that its library is on its way. */
export function LibraryNotice(_: RendererProps) {
  return <p className={outputStyles.missing}>Bokeh is loaded for the charts of this notebook.</p>;
}
