/** axe-core on what a page shows now, in both themes and at both widths. The page's context needs `bypassCSP`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { rootFolder } from "./browser-support.ts";

/** axe-core as a global of the page under test; only what is used here. */
interface AxeWindow {
  readonly axe: {
    run(
      root: Document,
      options: { readonly runOnly: readonly string[] },
    ): Promise<{
      readonly violations: readonly {
        readonly id: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }[];
    }>;
  };
}

/** WCAG 2.2 A and AA, and what sticks out sideways: each finding in one line. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const source = await readFile(join(rootFolder, "node_modules/axe-core/axe.min.js"), "utf8");
  const all: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Colours are those of the new theme after the next frame.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      const found = await page.evaluate(async (axe) => {
        if (!("axe" in window)) new Function(axe)();
        const results = await (window as unknown as AxeWindow).axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        });
        const isWide = document.documentElement.scrollWidth > window.innerWidth;
        return [
          ...results.violations.flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 200)}`),
          ),
          ...(isWide ? ["sticks out sideways"] : []),
        ];
      }, source);
      for (const finding of found) all.push(`${colorScheme} ${width} ${finding}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return all;
}
