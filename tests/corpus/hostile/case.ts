/** Notebooks that would do harm: one cell a case. Each says what ran by the console, and calls the test's own server. */
import type { Cell, JsonObject, MimeBundle, Output } from "../../../src/nbformat/notebook.ts";

export interface HostileCase {
  /** Also a cell's id: letters, digits and hyphens. */
  readonly name: string;
  readonly cell: Omit<Cell, "id">;
}

/** What the cases are made with. */
export interface Trap {
  /** Address on the test's server that only the case of this name knows. */
  url(name: string): string;
  /** JavaScript, without double quotes, that says that it ran and tries what a script would want. */
  js(name: string): string;
}

export function trapAt(canary: string): Trap {
  const url = (name: string): string => `${canary}/${name}`;
  return {
    url,
    js: (name) =>
      `console.log('EXECUTED ${name}');try{top.document.title='owned'}catch(e){};try{fetch('${url(name)}')}catch(e){};try{alert(1)}catch(e){}`,
  };
}

export const shown = (data: MimeBundle, metadata: JsonObject = {}): Output => ({
  output_type: "display_data",
  data,
  metadata,
});

export function withOutputs(name: string, ...outputs: Output[]): HostileCase {
  return {
    name,
    cell: { cell_type: "code", metadata: {}, source: `# ${name}`, execution_count: 1, outputs },
  };
}

export const html = (name: string, markup: string): HostileCase =>
  withOutputs(name, shown({ "text/html": markup, "text/plain": "plain form" }));

export const form = (name: string, mime: string, value: MimeBundle[string]): HostileCase =>
  withOutputs(name, shown({ [mime]: value, "text/plain": "plain form" }));

export function markdown(name: string, source: string, more: JsonObject = {}): HostileCase {
  return { name, cell: { cell_type: "markdown", metadata: {}, source, ...more } as Omit<Cell, "id"> };
}
