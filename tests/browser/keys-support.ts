/** For tests of keys: one page and one notebook, whose cells are put back before each key. */
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId } from "../../src/util/ids.ts";
import { type OpenPage, openPage, type ServedFolder } from "./browser-support.ts";

/** @param keys as the list has them. */
export type KeyCase = (keys: string) => Promise<void>;

export type KeyBench = Awaited<ReturnType<typeof openKeyBench>>;

export const byTest = { type: "person", label: "test" } as const;

const SOURCES = [
  ["code", "1"],
  ["code", "2"],
  ["markdown", "three"],
] as const;

export async function openKeyBench(browser: Browser, served: ServedFolder, notebook: string) {
  const opened: OpenPage = await openPage(browser, served, notebook);
  const page: Page = opened.page;
  const session = onlySession(served);
  let round = 0;

  const begin = async (): Promise<void> => {
    // What the last key left open.
    for (let press = 0; press < 3; press++) await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    round += 1;
    await setCells(SOURCES);
  };

  async function setCells(cells: readonly (readonly ["code" | "markdown", string])[]): Promise<void> {
    const before = session.live.cellIds();
    const ids = cells.map((_, index) => CellId.of(`r${round}-${index}`));
    session.live.applyAll(
      [
        ...before.map((id) => ({ type: "delete-cell", id }) as const),
        ...cells.map(
          ([cellType, source], index) =>
            ({
              type: "insert-cell",
              cell: { id: ids[index] ?? CellId.create(), cellType, source },
              after: ids[index - 1] ?? null,
            }) as const,
        ),
      ],
      byTest,
    );
    const first = page.locator(`[data-cell="${ids[0]}"]`);
    await first.waitFor();
    await first.focus();
    // A cell of before may have been scrolled away from.
    await page.evaluate("window.scrollTo(0, 0)");
  }

  const document = (): string =>
    session.live
      .cellIds()
      .map((id) => session.live.cell(id))
      .map((cell) => `${cell?.cellType}:${cell?.source}`)
      .join(" | ");
  const becomes = (text: string) => expect.poll(document, { timeout: 5000 }).toBe(text);
  const at = (index: number): CellId => session.live.cellIds()[index] ?? CellId.of("none");
  const active = async (): Promise<number> =>
    session.live
      .cellIds()
      .indexOf(CellId.of((await page.locator('[data-cell][tabindex="0"]').getAttribute("data-cell")) ?? ""));
  const isActive = (index: number) => expect.poll(active).toBe(index);
  const selectedCount = () => page.locator('[data-cell][class*="selected"]').count();
  const visible = (selector: string) => page.waitForSelector(selector);
  /** Presses keys as the list has them: `d d`, `Ctrl+Shift+-`. */
  async function press(...all: readonly string[]): Promise<void> {
    for (const keys of all.flatMap((one) => one.split(" ")))
      await page.keyboard.press(keys.replace("Ctrl", "Control").replace(/\+-$/, "+Minus"));
  }
  async function edit(source?: string): Promise<void> {
    if (source !== undefined) {
      session.live.apply({ type: "set-source", id: at(0), source }, byTest);
      const code = page.locator(`[data-cell="${at(0)}"] pre`);
      await expect.poll(() => code.textContent()).toBe(source.replaceAll("\n", ""));
    }
    await press("Enter");
    await visible(`[data-cell="${at(0)}"] .cm-content`);
    await press("Control+Home");
  }
  const dialog = (name: string) => page.getByRole("dialog", { name }).waitFor();

  async function longPage(): Promise<void> {
    await setCells(Array.from({ length: 12 }, (_, index) => ["code", `${index}\n`.repeat(12)] as const));
  }
  const scrolled = () => page.evaluate<number>("window.scrollY");
  const numbered = () =>
    Promise.all(
      [0, 1].map(
        async (index) =>
          (await page.locator(`[data-cell="${at(index)}"] pre[class*="numbered"]`).count()) === 1,
      ),
    );

  return {
    opened,
    page,
    served,
    session,
    begin,
    setCells,
    document,
    becomes,
    at,
    isActive,
    selectedCount,
    visible,
    press,
    edit,
    dialog,
    longPage,
    scrolled,
    numbered,
  };
}

function onlySession({ host }: ServedFolder): NotebookSession {
  const [session] = host.notebooks();
  if (!session) throw new Error("the notebook is not open");
  return session;
}
