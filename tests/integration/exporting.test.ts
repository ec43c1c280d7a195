/** Notebooks as HTML, Markdown, scripts and PDF, without a kernel and without a server. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "parse5";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { type ExportOptions, exportNotebook } from "../../src/publish/export-notebook.ts";
import { findChromium } from "../../src/publish/print-pdf.ts";
import { safeHtml } from "../../src/publish/safe-html.ts";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function notebook(cells: readonly Cell[], language = "python"): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: language } },
    cells: [...cells],
  };
}
const markdown = (source: string): Cell => ({ cell_type: "markdown", id: "m", metadata: {}, source });
const code = (source: string, outputs: object[] = [], metadata = {}): Cell =>
  ({ cell_type: "code", id: "c", metadata, source, execution_count: 3, outputs }) as unknown as Cell;
const shown = (data: object): object => ({ output_type: "display_data", data, metadata: {} });

async function exported(of: Notebook, options: Partial<ExportOptions> = {}): Promise<string> {
  const { pieces } = await exportNotebook(of, {
    format: "html",
    withSource: true,
    path: "/nowhere/train.ipynb",
    ...options,
  });
  return [...pieces].join("");
}

describe("HTML", () => {
  test("is one file with the page's look: code in colours, formulas with their fonts, outputs whole, logs folded", async () => {
    const log = Array.from({ length: 1_000 }, (_, n) => `line ${n}`).join("\n");
    const html = await exported(
      notebook([
        markdown(
          "# Digits\n\nThe loss $\\mathcal{L} = x^2$, `code`, [there](#digits)\n\n| a |\n|---|\n| 1 |",
        ),
        code(
          "def f(x):\n    return 'y'  # why",
          [
            { output_type: "stream", name: "stdout", text: log },
            { output_type: "stream", name: "stderr", text: "\u001b[31mred\u001b[0m <b>" },
            shown({ "image/png": PIXEL, "text/plain": "<Figure>" }),
            shown({ "text/html": "<table class='dataframe'><tr><td onclick='x()'>42</td></tr></table>" }),
            {
              output_type: "error",
              ename: "KeyError",
              evalue: "'lr'",
              traceback: ["Traceback", "KeyError: 'lr'"],
            },
          ],
          { tags: ["parameters"] },
        ),
      ]),
    );
    expect(html).toContain("<title>Digits</title>");
    expect(html).toContain('<span class="tok-keyword">def</span>');
    expect(html).toContain('<h1 id="digits">Digits</h1>');
    expect(html).toContain('href="#digits"');
    expect(html).toMatch(/class="katex"/);
    expect(html).toMatch(/@font-face\{[^}]*KaTeX_Caligraphic[^}]*url\(data:font\/woff2;base64,/);
    expect(html).not.toMatch(/url\((?!data:font)/);
    expect(html.match(/url\(data:font/g)?.length).toBeLessThan(7);
    expect(html).toContain("970 more lines");
    for (const line of ["line 0", "line 500", "line 999"]) expect(html).toContain(`<div>${line}</div>`);
    expect(html).toContain("color:var(--ansi-red)");
    expect(html).toContain("&lt;b&gt;");
    expect(html).toContain(`data:image/png;base64,${PIXEL}`);
    expect(html).toContain('<table class="dataframe">');
    expect(html).toContain('id="cell=c"');
    expect(html).toContain("--paper: light-dark(");
    expect(html).toContain("<li>parameters</li>");
    // Nothing of it is anywhere else.
    expect(html.replace(/data:[^"')]*/g, "")).not.toMatch(
      /(?:src|href)="?(?!#)[^">]*\.(?:css|js|woff2?|png)/,
    );
    expect(html).not.toMatch(/<script|onclick/i);
  });

  test("without source has text and outputs only", async () => {
    const html = await exported(
      notebook([
        markdown("words"),
        code("secret_code()", [{ output_type: "stream", name: "stdout", text: "told" }]),
        code("silent()"),
      ]),
      { withSource: false },
    );
    expect(html).toContain("words");
    expect(html).toContain("told");
    expect(html).not.toMatch(/secret_code|silent/);
  });

  test("shows images that lie beside the notebook, and none from elsewhere", async () => {
    const folder = mkdtempSync(join(tmpdir(), "loopbook-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "a.png"), Buffer.from(PIXEL, "base64"));
    const html = await exported(
      notebook([
        markdown("![in](a.png) ![up](../../etc/x.png) ![far](https://example.org/x.png) ![no](notes.txt)"),
      ]),
      { path: join(folder, "n.ipynb") },
    );
    expect(html.match(/<img/g)).toHaveLength(1);
    expect(html).toContain(`<img src="data:image/png;base64,${PIXEL}" alt="in">`);
    expect(html).toContain("image: up (not shown)");
    expect(html).toContain('<a href="https://example.org/x.png"');
  });

  test("of 5,000 cells comes in pieces, none of which grows with the notebook", async () => {
    const cells = Array.from({ length: 5_000 }, (_, n) =>
      code(`x = ${n}`, [{ output_type: "stream", name: "stdout", text: "out\n".repeat(20) }]),
    );
    const { pieces } = await exportNotebook(notebook(cells), {
      format: "html",
      withSource: true,
      path: "/n.ipynb",
    });
    let longest = 0;
    let total = 0;
    for (const piece of pieces) {
      longest = Math.max(longest, piece.length);
      total += piece.length;
    }
    expect(total).toBeGreaterThan(2_000_000);
    expect(longest).toBeLessThan(100_000);
  });
});

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  "<a href='javascript:alert(1)'>x</a>",
  "<a href='java\tscript:alert(1)'>x</a>",
  "<a href=' &#106;avascript:alert(1)'>x</a>",
  "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<form action='https://evil.example'><input name=q></form>",
  "<style>body{display:none}</style>",
  "<div style='position:fixed;inset:0;background:url(https://evil.example)'>x</div>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
  "<template><script>alert(1)</script></template>",
  "<base href='https://evil.example/'><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<p id=cookie name=body class='about overlay'>x</p>",
  "<xmp><img src=x onerror=alert(1)></xmp>",
  "<plaintext><img src=x onerror=alert(1)>",
  "<select><style></select><img src=x onerror=alert(1)></style>",
];

/** Everything in a parsed document that could run, ask elsewhere, or cover the page. */
function dangers(html: string): string[] {
  const found: string[] = [];
  const walk = (node: object, inHead = false): void => {
    if ("tagName" in node && "attrs" in node) {
      const tag = String(node.tagName);
      const attrs = node.attrs as { name: string; value: string }[];
      // KaTeX's own, which it makes of a formula's parse, and our style sheets.
      if (attrs.some(({ name, value }) => name === "class" && value === "katex")) inHead = true;
      const text = JSON.stringify(
        "childNodes" in node ? (node.childNodes as { value?: string }[]).map(({ value }) => value) : "",
      );
      const isOurs =
        (inHead && /^(style|meta|math|svg)$/.test(tag)) ||
        (tag === "style" && text.startsWith('["@font-face'));
      if (
        /^(script|iframe|object|embed|form|input|button|base|link|svg|math|template|style|meta)$/.test(tag) &&
        !isOurs
      )
        found.push(tag);
      for (const { name, value } of attrs) {
        if (name.startsWith("on") || name === "srcdoc" || name === "srcset") found.push(name);
        if (
          /^(?:href|src|action|xlink:href)$/.test(name) &&
          !/^(?:#|https?:|mailto:|data:image\/)/.test(value)
        )
          found.push(`${name}=${value}`);
        if (tag === "img" && name === "src" && !value.startsWith("data:image/")) found.push(`img ${value}`);
        if (name === "style" && !inHead && /position|url\(|fixed/.test(value)) found.push(value);
      }
      if (tag === "head") inHead = true;
    }
    for (const child of "childNodes" in node ? (node.childNodes as object[]) : []) walk(child, inHead);
  };
  walk(parse(html));
  return found;
}

describe("a notebook that was made to do harm", () => {
  test.each(HOSTILE)("leaves nothing that runs: %s", async (evil) => {
    const outputs = [
      shown({ "text/html": evil }),
      shown({ "text/markdown": evil }),
      shown({ "image/svg+xml": evil }),
      shown({ "text/latex": evil }),
      shown({ "text/plain": evil }),
      shown({ "application/json": { evil } }),
      shown({ "image/png": `"><script>alert(1)</script>${evil}` }),
      { output_type: "stream", name: "stdout", text: evil },
      { output_type: "error", ename: evil, evalue: evil, traceback: [evil] },
    ];
    const html = await exported(
      notebook([
        markdown(evil),
        markdown(`# ${evil}\n\n$${evil}$ \`${evil}\` ![${evil}](x.png)`),
        code(evil, outputs, { tags: [evil] }),
        { ...code(evil), id: `"><script>alert(1)</script>` } as Cell,
      ]),
      { path: `/x/${evil.replaceAll("/", "")}.ipynb` },
    );
    expect(dangers(html)).toEqual([]);
  });

  test("sanitised markup stays as it is when it is read and sanitised again", () => {
    const pieces = fc.constantFrom(
      ...HOSTILE,
      "<b>",
      "</b>",
      "<table><tr><td>",
      "</p>",
      "text",
      "<!--",
      "-->",
      "<![CDATA[",
      "&lt;",
      "'",
      '"',
      "<h2>",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const once = safeHtml(parts.join(""), { imageOf: () => null });
        expect(dangers(once)).toEqual([]);
        expect(dangers(safeHtml(once, { imageOf: () => null }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("other forms", () => {
  const both = notebook([
    markdown("# Title\n\nwords"),
    code(
      "%matplotlib inline\nx = 1",
      [
        { output_type: "stream", name: "stdout", text: "\u001b[31mred\u001b[0m ```\n" },
        shown({ "image/png": PIXEL, "text/plain": "<Figure>" }),
      ],
      { tags: ["parameters"] },
    ),
  ]);

  test("Markdown has images beside it, or inside", async () => {
    const kept: string[] = [];
    const beside = await exported(both, {
      format: "markdown",
      keepImage: (name) => {
        kept.push(name);
        return `files/${name}`;
      },
    });
    expect(kept).toEqual(["cell-2-output-2.png"]);
    expect(beside).toBe(
      "# Title\n\nwords\n\n```python\n%matplotlib inline\nx = 1\n```\n\n```text\nred ```\n```\n\n![Figure](files/cell-2-output-2.png)\n\n",
    );
    expect(await exported(both, { format: "markdown" })).toContain(`(data:image/png;base64,${PIXEL})`);
  });

  test("a script has its text as comments of its language", async () => {
    expect(await exported(both, { format: "script" })).toBe(
      '# %% [markdown]\n# # Title\n#\n# words\n\n# %% tags=["parameters"]\n# %matplotlib inline\nx = 1\n\n',
    );
    const scala = await exported(notebook([markdown("words"), code("val x = 1")], "scala"), {
      format: "script",
    });
    expect(scala).toBe("// %% [markdown]\n// words\n\n// %%\nval x = 1\n\n");
    const { name } = await exportNotebook(notebook([], "julia"), {
      format: "script",
      withSource: true,
      path: "/a/t.ipynb",
    });
    expect(name).toBe("t.jl");
  });

  test("a PDF is made by the browser that is there; without one it is plain what to do", async () => {
    expect(() => findChromium({ PATH: "/nowhere" })).toThrow(/none was found on this machine/);
    const program = process.env.LOOPBOOK_TEST_CHROMIUM ?? "/usr/bin/chromium";
    if (!existsSync(program)) return;
    process.env.LOOPBOOK_CHROMIUM = program;
    onTestFinished(() => {
      delete process.env.LOOPBOOK_CHROMIUM;
    });
    const { pieces, name } = await exportNotebook(both, {
      format: "pdf",
      withSource: true,
      path: "/a/t.ipynb",
    });
    expect(name).toBe("t.pdf");
    expect(
      Buffer.from([...pieces][0] as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
  });
});

test("the page's style sheets are those of the sources", () => {
  const sheet = readFileSync(new URL("../../src/web/theme/tokens.css", import.meta.url), "utf8");
  expect(sheet).toContain("--paper: light-dark(");
});
