/** Outputs other than markup, and Markdown: each MIME type that would like to run or lead elsewhere. */
import type { JsonObject } from "../../../src/nbformat/notebook.ts";
import { form, type HostileCase, markdown, shown, type Trap, withOutputs } from "./case.ts";

export function formCases({ js, url }: Trap): readonly HostileCase[] {
  const lite = (name: string, spec: JsonObject): HostileCase =>
    form(name, "application/vnd.vegalite.v5+json", { data: { values: [{ a: 1 }] }, mark: "point", ...spec });
  const vega = (name: string, spec: JsonObject): HostileCase =>
    form(name, "application/vnd.vega.v5+json", { width: 50, height: 50, ...spec });
  const plotly = (name: string, figure: JsonObject): HostileCase =>
    form(name, "application/vnd.plotly.v1+json", { data: [{ y: [1, 2] }], layout: {}, ...figure });
  const inFunction = (name: string): string =>
    `constructor.constructor("${js(name).replaceAll('"', "'")}")()`;
  return [
    form("javascript", "application/javascript", js("javascript")),
    form("javascript-text", "text/javascript", js("javascript-text")),
    form("javascript-list", "application/javascript", [js("javascript-list"), "\n"]),
    form("ecmascript", "application/ecmascript", js("ecmascript")),
    form(
      "xhtml",
      "application/xhtml+xml",
      `<html xmlns="http://www.w3.org/1999/xhtml"><script>${js("xhtml")}</script></html>`,
    ),
    form("bokeh-exec", "application/vnd.bokehjs_exec.v0+json", js("bokeh-exec")),
    withOutputs(
      "bokeh-load",
      shown({
        "application/javascript": js("bokeh-load"),
        "application/vnd.bokehjs_load.v0+json": js("bokeh-load"),
      }),
    ),
    form("widget-view", "application/vnd.jupyter.widget-view+json", {
      model_id: `<img src=x onerror="${js("widget-view")}">`,
      version_major: 2,
    }),
    form("json-html", "application/json", {
      [`<img src=x onerror="${js("json-html")}">`]: `<script>${js("json-html")}</script>`,
      __proto__x: 1,
    }),
    form(
      "json-proto",
      "application/json",
      JSON.parse(`{"__proto__":{"hacked":1},"constructor":{"prototype":{"x":1}}}`) as JsonObject,
    ),
    form("geojson", "application/geo+json", {
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          properties: { name: `<img src=x onerror="${js("geojson")}">`, url: url("geojson") },
          geometry: { type: "Point", coordinates: [0, 0] },
        },
      ],
    }),
    form("geojson-broken", "application/geo+json", {
      type: "FeatureCollection",
      features: [
        null,
        { geometry: { type: "Polygon", coordinates: [[[1e308, "x"], null]] } },
        { geometry: { type: "Point", coordinates: {} } },
      ],
    }),
    form(
      "pdf",
      "application/pdf",
      Buffer.from(`%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj`).toString(
        "base64",
      ),
    ),
    form("strange-mime", `text/x-<img src=x onerror="${js("strange-mime")}">`, "x"),
    form("proto-mime", "__proto__", js("proto-mime")),
    lite("vega-lite-url", { data: { url: url("vega-lite-url") } }),
    lite("vega-lite-image", { mark: { type: "image", url: url("vega-lite-image"), width: 9, height: 9 } }),
    lite("vega-lite-href", {
      mark: { type: "point", href: `javascript:${js("vega-lite-href")}` },
      encoding: { href: { value: `javascript:${js("vega-lite-href")}` } },
    }),
    lite("vega-lite-calculate", { transform: [{ calculate: inFunction("vega-lite-calculate"), as: "b" }] }),
    lite("vega-lite-tooltip", {
      mark: { type: "point", tooltip: { content: "data" } },
      title: `<img src=x onerror="${js("vega-lite-tooltip")}">`,
    }),
    lite("vega-lite-usermeta", {
      usermeta: {
        embedOptions: {
          ast: false,
          actions: true,
          loader: { baseURL: url("vega-lite-usermeta") },
          defaultStyle: `@import "${url("vega-lite-usermeta")}"`,
        },
      },
    }),
    lite("vega-lite-huge", { width: 1e7, height: 1e7 }),
    vega("vega-data-url", { data: [{ name: "t", url: url("vega-data-url") }] }),
    vega("vega-signal-escape", {
      signals: [
        { name: "x", init: inFunction("vega-signal-escape") },
        {
          name: "y",
          update: "event.view.window.eval('1')",
          on: [{ events: "window:mousemove", update: "this.constructor.constructor('return 1')()" }],
        },
      ],
    }),
    vega("vega-window", { signals: [{ name: "x", init: `window.top.location='${url("vega-window")}'` }] }),
    vega("vega-svg-attribute", {
      marks: [
        {
          type: "text",
          encode: {
            enter: {
              text: { value: `<img src=x onerror="${js("vega-svg-attribute")}">` },
              font: { value: `x" onload="${js("vega-svg-attribute")}` },
            },
          },
        },
      ],
    }),
    vega("vega-pattern", {
      marks: [
        {
          type: "rect",
          encode: {
            enter: {
              width: { value: 9 },
              height: { value: 9 },
              fill: { value: `url(${url("vega-pattern")}#x)` },
            },
          },
        },
      ],
    }),
    plotly("plotly-html", {
      layout: {
        title: {
          text: `<a href="javascript:${js("plotly-html")}">x</a><img src=x onerror="${js("plotly-html")}">`,
        },
      },
    }),
    plotly("plotly-annotation", {
      layout: {
        annotations: [
          {
            text: `<svg onload="${js("plotly-annotation")}">`,
            x: 0,
            y: 1,
            hovertext: `<script>${js("plotly-annotation")}</script>`,
          },
        ],
      },
    }),
    plotly("plotly-image", {
      layout: { images: [{ source: url("plotly-image"), x: 0, y: 1, sizex: 1, sizey: 1 }] },
    }),
    plotly("plotly-map", {
      data: [{ type: "scattergeo", lon: [0], lat: [0] }],
      config: { topojsonURL: `${url("plotly-map")}/`, plotlyServerURL: url("plotly-map") },
    }),
    plotly("plotly-template", {
      data: [{ y: [1], hovertemplate: `%{y}<img src=x onerror="${js("plotly-template")}">` }],
      layout: { template: { layout: { font: { family: `x;background:url(${url("plotly-template")})` } } } },
    }),
    plotly("plotly-config", {
      config: {
        modeBarButtonsToAdd: [{ name: "x", click: js("plotly-config") }],
        toImageButtonOptions: { filename: "../../x" },
        editable: true,
        sendData: true,
        plotlyServerURL: url("plotly-config"),
      },
    }),
    plotly("plotly-huge", { layout: { width: 1e7, height: 1e7 } }),
    form(
      "latex-href",
      "text/latex",
      `$\\href{javascript:${js("latex-href")}}{x} \\url{javascript:1} \\includegraphics{${url("latex")}} \\htmlData{x=1}{y} \\htmlStyle{position:fixed}{z}$`,
    ),
    form("latex-huge", "text/latex", "$\\rule{99999em}{99999em} \\kern{-9999em} \\def\\a{\\a\\a}\\a$"),
    form(
      "markdown-mime",
      "text/markdown",
      `<script>${js("markdown-mime")}</script>\n\n[x](javascript:${encodeURI(js("markdown-mime"))})`,
    ),
    withOutputs("ansi-link", {
      output_type: "stream",
      name: "stdout",
      text: `\u001b]8;;javascript:${js("ansi-link")}\u0007click\u001b]8;;\u0007 \u001b]8;;${url("ansi-link")}\u001b\\here\u001b]8;;\u001b\\`,
    }),
    withOutputs("ansi-tricks", {
      output_type: "stream",
      name: "stdout",
      text: `\u001b]0;owned\u0007\u001b[2J\u001b[1;1H\u001b[9999;9999Hx\u001b]52;c;eA==\u0007\u001bP$q\u001b\\\u001b[38;2;1;2;3;url(${url("ansi-tricks")})m<img src=x onerror="${js("ansi-tricks")}">\u001b[1000000000b`,
    }),
    withOutputs("error-html", {
      output_type: "error",
      ename: `<img src=x onerror="${js("error-html")}">`,
      evalue: `\u001b]8;;javascript:1\u0007x`,
      traceback: [`<script>${js("error-html")}</script>`],
    }),
    withOutputs("stored-forged", {
      output_type: "display_data",
      data: { "text/html": `<script>${js("stored-forged")}</script>` },
      metadata: {},
      loopbook_stored: {
        kind: "value",
        ref: "out_000000000000",
        seq: 1,
        bytes: 1,
        forms: { "text/html": 1, "application/javascript": 1 },
      },
    } as never),
    withOutputs("many-lines", {
      output_type: "stream",
      name: "stdout",
      text: `${"\u202e\u200b\u0300".repeat(2_000)}\n`.repeat(20),
    }),
  ];
}

export function markdownCases({ js, url }: Trap): readonly HostileCase[] {
  return [
    markdown(
      "md-html",
      `text <script>${js("md-html")}</script> <img src=x onerror="${js("md-html")}">\n\n<svg onload="${js("md-html")}">`,
    ),
    markdown(
      "md-link",
      `[a](javascript:${encodeURI(js("md-link"))}) [b](<java\tscript:1>) [c](data:text/html,x) <javascript:1>`,
    ),
    markdown(
      "md-ref-link",
      `[a][1] ![b][2]\n\n[1]: javascript:${encodeURI(js("md-ref-link"))}\n[2]: ${url("md-ref-link")} "onerror=x"`,
    ),
    markdown("md-image", `![x](${url("md-image")}) ![y](//127.0.0.1/x) ![z](x" onerror="${js("md-image")})`),
    markdown(
      "md-image-api",
      "![x](/api/notebooks/x/close) ![y](../../api/status) ![z](..%2f..%2fetc/passwd)",
    ),
    markdown("md-attachment", `![x](attachment:a.png)`, {
      attachments: {
        "a.png": {
          "image/png": `x" onerror="${js("md-attachment")}`,
          "text/html": `<script>${js("md-attachment")}</script>`,
        },
      },
    }),
    markdown("md-heading-id", `# <b id=root>x</b> <a name=app>\n\n# constructor\n\n# __proto__`),
    markdown(
      "md-katex",
      `$\\href{javascript:${js("md-katex")}}{x}$ $\\includegraphics[height=9em]{${url("md-katex")}}$ $\\htmlData{a=b}{x}$ $\\htmlStyle{position:fixed;inset:0}{x}$ $\\class{root}{x}$`,
    ),
    markdown(
      "md-katex-size",
      "$$\\rule{99999em}{99999em}$$\n\n$$\\raisebox{-9999em}{x}\\hspace{-9999em}COVER$$",
    ),
    markdown(
      "md-code-fence",
      `\`\`\`html" onload="${js("md-code-fence")}\n<script>${js("md-code-fence")}</script>\n\`\`\``,
    ),
    markdown(
      "md-table",
      `| <img src=x onerror="${js("md-table")}"> | b |\n|---|---|\n| [x](javascript:1) | 2 |`,
    ),
    markdown(
      "md-mermaid",
      `\`\`\`mermaid\ngraph TD\nA["<img src=x onerror='${js("md-mermaid")}'>"] --> B\nclick A call alert("x")\nclick B "javascript:${js("md-mermaid")}"\n\`\`\``,
    ),
    markdown(
      "md-mermaid-init",
      `\`\`\`mermaid\n%%{init: {"securityLevel":"loose","themeCSS":"@import url(${url("md-mermaid-init")}); *{background:url(${url("md-mermaid-init")})}"}}%%\ngraph TD\nA-->B\nclick B href "${url("md-mermaid-init")}"\n\`\`\``,
    ),
    markdown("md-placeholder", "\uE000" + "0\uE001 \uE0009999\uE001 <!-- \uE000x\uE001 -->"),
    markdown(
      "md-bidi",
      "\u202Eevil\u202C \u2066\u200B\u200D\uFEFF pаypal.com [https://good.example](https://evil.example/\u202Egpj.exe)",
    ),
    markdown("md-nested", `${"> ".repeat(400)}x\n\n${"* ".repeat(400)}x\n\n${"[".repeat(400)}x`),
  ];
}
