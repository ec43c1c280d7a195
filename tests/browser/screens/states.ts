/** The screens of a notebook whose run waits for a person, and how to come to them. */
import type { Page } from "playwright-core";

export interface Screen {
  readonly name: string;
  /** What it is, for the page that lists them. */
  readonly says: string;
}

export interface ShownScreen extends Screen {
  show(page: Page): Promise<void>;
}

/** By the list of all commands. */
export async function command(page: Page, label: string): Promise<void> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").fill(label);
  await page.keyboard.press("Enter");
}

const byCommand = (
  name: string,
  label: string,
  says: string,
  then?: (page: Page) => Promise<void>,
): ShownScreen => ({
  name,
  says,
  async show(page) {
    await command(page, label);
    await then?.(page);
  },
});

export const commandScreens: readonly ShownScreen[] = [
  byCommand("hold", "Go to the cell that runs, waits or failed", "A run that waits for a person"),
  byCommand("history", "History…", "Versions of the notebook"),
  byCommand("compare", "History…", "Two versions, compared cell by cell", async (page) => {
    await page.locator("button[data-item^=v]").last().click();
  }),
  byCommand("timeline", "Timeline: everything that happened", "Everything that happened"),
  byCommand("who-wrote", "Who wrote this…", "Who wrote a cell"),
  byCommand("comments", "Comment on the cell", "Comments"),
  byCommand("find-and-replace", "Find and replace", "Find and replace", async (page) => {
    await page.locator("input:focus").waitFor();
    await page.keyboard.type("epoch");
  }),
  byCommand("go-to-cell", "Go to a cell…", "Going to a cell"),
  byCommand("variables", "Variables of the kernel", "Variables of the kernel"),
  byCommand("shortcuts", "Keyboard shortcuts…", "Keys"),
  byCommand("kernels", "Change the kernel…", "Kernels"),
  byCommand("export", "Export or publish…", "Exporting and publishing"),
  byCommand("contents", "Table of contents", "Contents, and how each section stands"),
  byCommand("reader", "Reader view, and back", "The reader view"),
  {
    name: "commands",
    says: "All commands",
    async show(page) {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Shift+C");
    },
  },
];
