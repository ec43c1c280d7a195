/** The HTTP API as a page to read: the OpenAPI document, drawn here. No script, nothing from outside. */
import type { OpenApiDocument } from "../../api/operations/document.ts";
import { typeText } from "../../api/operations/type-text.ts";
import type { JsonObject, JsonValue } from "../../util/json.ts";

/** The page's inline styles and nothing else. */
export const REFERENCE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export function referencePage(document: OpenApiDocument): string {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = [...new Set(all.map(({ operation }) => text(list(operation.tags)[0])))];
  const sections = groups.map((group) => {
    const own = all.filter(({ operation }) => list(operation.tags)[0] === group);
    return `<section aria-labelledby="${slug(group)}"><h2 id="${slug(group)}">${escaped(group)}</h2>${own.map(operationHtml).join("")}</section>`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<article id="type-${name}"><h3><code>${name}</code></h3>${about(schema)}${code(typeText(schema, ""))}</article>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>HTTP API · Loopbook</title>
<style>${STYLE}</style>
<header><p class="mark">Loopbook ${escaped(text(document.info.version))}</p><h1>HTTP API</h1>
<p>${escaped(text(document.info.description))} The same for programs: <a href="/api/openapi.json">openapi.json</a>.</p></header>
<div class="columns">
<nav aria-label="Operations"><ul>${groups.map((group) => `<li><a href="#${slug(group)}">${escaped(group)}</a>`).join("")}<li><a href="#types">Types</a></ul></nav>
<main>${sections.join("")}<section aria-labelledby="types"><h2 id="types">Types</h2>${schemas.join("")}</section></main>
</div>
</html>
`;
}

interface Told {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}

function operationHtml({ path, method, operation }: Told): string {
  const parameters = list(operation.parameters) as readonly JsonObject[];
  const body = contentText(object(operation.requestBody).content);
  const responses = Object.entries(object(operation.responses)).filter(([status]) => status !== "default");
  const facts = [
    ...parameters.map(
      (one) =>
        `<dt><code>${escaped(text(one.name))}</code></dt><dd>${one.in === "path" ? "in the path" : `in the query${one.required === true ? "" : ", may be absent"}`}: <code>${escaped(typeText(object(one.schema)))}</code> ${escaped(text(one.description))}</dd>`,
    ),
    ...(body === null ? [] : [`<dt>body</dt><dd>${body}</dd>`]),
    ...responses.map(
      ([status, response]) =>
        `<dt>${status}</dt><dd>${contentText(object(response).content) ?? ""}${Number(status) >= 400 ? marked(text(object(response).description)) : ""}</dd>`,
    ),
  ];
  return `<article id="${escaped(text(operation.operationId))}"><h3><span class="method">${method}</span> <code>${escaped(path).replaceAll("/", "/<wbr>")}</code></h3>
<p>${marked(text(operation.summary))} <span class="right">${escaped(text(operation.description))}</span></p><dl>${facts.join("")}</dl></article>`;
}

function contentText(content: JsonValue | undefined): string | null {
  const types = Object.entries(object(content));
  if (types.length === 0) return null;
  return types
    .map(([type, one]) => {
      const { schema, "x-line": line } = object(one);
      if (line !== undefined)
        return `<code>${escaped(type)}</code>, lines of ${code(typeText(object(line)))}`;
      if (schema === undefined) return `<code>${escaped(type)}</code>`;
      return code(typeText(object(schema), ""));
    })
    .join(" or ");
}

/** Names of types lead to them. */
function code(type: string): string {
  const html = escaped(type).replace(/\b(?<!&#)[A-Z]\w+\b/g, (name) =>
    ["Readonly", "Record"].includes(name) ? name : `<a href="#type-${name}">${name}</a>`,
  );
  return type.includes("\n") ? `<pre tabindex="0">${html}</pre>` : `<code>${html}</code>`;
}

const about = (schema: JsonObject): string =>
  typeof schema.description === "string" ? `<p>${marked(schema.description)}</p>` : "";
const text = (value: JsonValue | undefined): string => (typeof value === "string" ? value : "");
const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
const slug = (name: string): string => name.toLowerCase().replace(/\W+/g, "-");
const escaped = (plain: string): string =>
  plain.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const marked = (plain: string): string => escaped(plain).replace(/`([^`]+)`/g, "<code>$1</code>");

/** The colours and letters of the page's theme (`web/theme/tokens.css`), which this page cannot load without its files. */
const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#fbfaf8, #16181b); --ink: light-dark(#1d2126, #e8e6e1);
  --soft: light-dark(#535a63, #a9afb7); --line: light-dark(#e4e0d9, #2d3137); --well: light-dark(#f4f2ee, #111316);
  --link: light-dark(#2456c9, #8fb2ff) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; padding: 2rem clamp(1rem, 4vw, 4rem) }
h1, h2 { font-family: Georgia, "Times New Roman", serif; font-weight: 600 }
h1 { font-size: 2rem; margin: 0 0 .5rem } h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem }
header p { max-width: 44rem } .mark, .right { color: var(--soft) }
.columns { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 2.5rem }
nav ul { list-style: none; margin: 2.5rem 0 0; padding: 0; position: sticky; top: 1rem } nav li { padding: .2rem 0 }
a { color: var(--link) } a:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
article { border-top: 1px solid var(--line); padding: .75rem 0 }
h3 { font: 600 .95rem/1.5 ui-monospace, monospace; margin: 0; overflow-wrap: anywhere } .method { color: var(--soft) }
article p { margin: .25rem 0 }
dl { display: grid; grid-template-columns: minmax(4rem, max-content) minmax(0, 1fr); gap: .2rem 1rem; margin: .5rem 0 0 }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
code, pre { font: .875em/1.5 ui-monospace, monospace }
pre { background: var(--well); padding: .6rem .8rem; margin: .25rem 0; overflow-x: auto; border-radius: 4px }
@media (max-width: 640px) { .columns { grid-template-columns: minmax(0, 1fr); gap: 0 } nav ul { position: static; margin: 1rem 0 0 } dl { grid-template-columns: minmax(0, 1fr) } dd { margin-bottom: .35rem } }
`;
