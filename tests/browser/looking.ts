/** Pictures of states: both themes, wide and narrow. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

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
