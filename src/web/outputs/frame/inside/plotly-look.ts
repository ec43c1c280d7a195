/**
 * A figure in the page's colours while the page is dark. Figures carry a whole template of colours, nearly always the
 * library's own light one: what that says of paper, ink and lines gives way. What the figure's author set, and a
 * template that is dark already, stay. Pure.
 */
import type { Look } from "../protocol.ts";

type Fields = Readonly<Record<string, unknown>>;

const CLEAR = "rgba(0,0,0,0)";

/** The layout to draw with. */
export function layoutInLook(layout: Fields, { isDark, tokens }: Look): Fields {
  const template = fieldsOf(layout.template);
  const base = fieldsOf(template.layout);
  if (!isDark || !isLight(base.paper_bgcolor)) return layout;
  const { ink = "#eee", "ink-2": soft = "#bbb", line = "#333", sheet = "#222" } = tokens;
  const lines = { gridcolor: line, linecolor: line, zerolinecolor: line };
  const over = (name: string, fields: Fields): Fields => ({ [name]: { ...fieldsOf(base[name]), ...fields } });
  const axesOver = (name: string, axes: readonly string[]): Fields => {
    const before = fieldsOf(base[name]);
    const parts = axes.map((axis) => [axis, { ...fieldsOf(before[axis]), ...lines }] as const);
    return { [name]: { ...before, bgcolor: CLEAR, ...Object.fromEntries(parts) } };
  };
  const scene = fieldsOf(axesOver("scene", ["xaxis", "yaxis", "zaxis"]).scene);
  const withoutWalls = Object.fromEntries(
    ["xaxis", "yaxis", "zaxis"].map((axis) => [axis, { ...fieldsOf(scene[axis]), backgroundcolor: CLEAR }]),
  );
  return {
    ...layout,
    template: {
      ...template,
      layout: {
        ...base,
        paper_bgcolor: CLEAR,
        plot_bgcolor: CLEAR,
        ...over("font", { color: ink }),
        ...over("xaxis", lines),
        ...over("yaxis", lines),
        ...over("hoverlabel", { bgcolor: sheet, bordercolor: line }),
        ...over("geo", { bgcolor: CLEAR, landcolor: sheet, subunitcolor: line, lakecolor: CLEAR }),
        ...axesOver("polar", ["angularaxis", "radialaxis"]),
        ...axesOver("ternary", ["aaxis", "baxis", "caxis"]),
        scene: { ...scene, ...withoutWalls },
        ...over("modebar", { color: soft, activecolor: ink, bgcolor: CLEAR }),
      },
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Of the colours as templates write them; without one, Plotly's is white. */
function isLight(colour: unknown): boolean {
  if (typeof colour !== "string" || colour === "white") return true;
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour.trim())?.[1];
  const parts =
    hex === undefined
      ? (/^rgb\(([^)]+)\)$/i.exec(colour.trim())?.[1]?.split(",").map(Number) ?? [])
      : [0, 1, 2].map((at) => {
          const size = hex.length / 3;
          const digits = hex.slice(at * size, (at + 1) * size);
          return Number.parseInt(size === 1 ? digits + digits : digits, 16);
        });
  const [red = 0, green = 0, blue = 0] = parts;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140;
}
