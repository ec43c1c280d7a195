/** Pictures of states, and what axe-core finds in them: both themes, wide and narrow. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { rootFolder } from "./browser-support.ts";

/** `LOOPBOOK_LOOK=folder`: pictures of each state are put there, to look at. */
const lookFolder = process.env.LOOPBOOK_LOOK;

export async function look(page: Page, name: string): Promise<void> {
  if (lookFolder === undefined) return;
  mkdirSync(lookFolder, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(lookFolder, `${name}-${colorScheme}-${width}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** axe-core's findings in both themes, wide and narrow. */
export async function findings(page: Page): Promise<string[]> {
  const axe = readFileSync(join(rootFolder, "node_modules/axe-core/axe.min.js"), "utf8");
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      found.push(
        ...(await page.evaluate(async (source) => {
          if (!("axe" in window)) new Function(source)();
          const { axe: it } = window as unknown as {
            axe: {
              run(
                root: Document,
                options: { runOnly: string[] },
              ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
            };
          };
          const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
          const { violations } = await it.run(document, { runOnly });
          const isWide = document.documentElement.scrollWidth > window.innerWidth;
          return [
            ...violations.flatMap(({ id, nodes }) =>
              nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`),
            ),
            ...(isWide ? ["sticks out sideways"] : []),
          ];
        }, axe)),
      );
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}
