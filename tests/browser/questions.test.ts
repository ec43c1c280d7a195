/** What runs ask is answered in the notebook, by keys; by two people at once; live, with nothing lost that was typed. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { QuestionsClient } from "../../src/client/questions-client.ts";
import type { Cell } from "../../src/nbformat/notebook.ts";
import type { Rights } from "../../src/people/party.ts";
import { createToken } from "../../src/people/token.ts";
import { newQuestion } from "../../src/review/decide-question.ts";
import type { GroupProgress, Question } from "../../src/review/question.ts";
import { questionBundle } from "../../src/review/question-bundle.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import type { AskedQuestion } from "../../src/telemetry/facts.ts";
import { RunId, randomToken } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { look } from "./looking.ts";

const RUN = RunId.of("run_0123456789");
const MANY = 50;
const SQUARE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const asked = (key: string, more: Partial<AskedQuestion> = {}): AskedQuestion => ({
  ...{ key, prompt: `Is ${key} right?`, form: "choice", choices: ["yes", "no"] },
  ...more,
});

const CELLS: Readonly<Record<string, AskedQuestion>> = {
  release: asked("release", {
    prompt: "Release model 14?",
    item: { data: { "text/markdown": "Accuracy **0.912**, model 13 had 0.904.", "text/plain": "0.912" } },
    ...{ deadline: Date.now() / 1_000 + 172_800, default: "no" },
  }),
  rate: asked("rate", { prompt: "Lower the learning rate?", form: "approval", proposed: 0.05 }),
  label: asked("label", {
    prompt: "What is wrong in this summary?",
    form: "correction",
    proposed: "The cat sat on the mat.\nIt was grey.",
  }),
  kinds: asked("kinds", {
    prompt: "Which of these does it show?",
    form: "choices",
    choices: ["cat", "dog", "car"],
  }),
  note: asked("note", { prompt: "What should the next run try?", form: "text" }),
  size: asked("size", { prompt: "How many epochs more?", form: "number", min: 1, max: 100 }),
};

const face = (of: AskedQuestion, progress?: GroupProgress): Cell => ({
  ...codeCell(`q-${of.key}`, ""),
  outputs: [{ output_type: "display_data", ...questionBundle(newQuestion(RUN, null, of, 0), progress) }],
});

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  const group: GroupProgress = {
    runId: RUN,
    group: "labels",
    total: MANY,
    open: MANY,
    answered: 0,
    taken: 0,
  };
  const item = asked("item-0", { group: "labels" });
  served = await serveNotebooks({
    "one.ipynb": notebookOf([codeCell("first", "lr = 0.1"), ...Object.values(CELLS).map((of) => face(of))]),
    "many.ipynb": notebookOf([codeCell("first", "lr = 0.1"), face(item, group)]),
    "two.ipynb": notebookOf([
      codeCell("first", "lr = 0.1"),
      face(CELLS.note ?? item),
      face(CELLS.release ?? item),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** As the run of this notebook asks; a run of its own for each notebook. */
async function ask(notebook: string, all: readonly AskedQuestion[]): Promise<readonly Question[]> {
  const { questions } = served.host;
  if (!questions) throw new Error("no questions");
  const session = await served.host.openNotebook(`${served.folder}/${notebook}`);
  return Promise.all(all.map((one, index) => questions.ask(RUN, session.id, one, Date.now() + index)));
}

const stands = async (key: string): Promise<Question | null> =>
  (await served.host.questions?.get(`${RUN}/${key}`)) ?? null;
const answered = (key: string) =>
  expect.poll(async () => (await stands(key))?.answer ?? null, { timeout: 10_000 });
const card = (page: Page, key: string) => page.locator(`[data-cell] [data-question="${RUN}/${key}"]`);
async function opened(...args: Parameters<typeof openPage>): ReturnType<typeof openPage> {
  const it = await openPage(...args);
  it.page.setDefaultTimeout(12_000);
  return it;
}

/** Somebody else with a link, through the API. */
function guest(name: string, rights: Rights = { view: true, edit: false, execute: true }): QuestionsClient {
  const token = createToken();
  shareStore(served.stateFolder).add(
    {
      ...{ id: createShareId(), who: name.toLowerCase(), name, rights, createdAtMs: 0, expiresAtMs: null },
      scope: { type: "folder", path: served.folder },
    },
    token,
  );
  return new QuestionsClient(new ApiClient({ baseUrl: served.server.url, token }));
}

test("each form is answered by its keys, and says who answered", async () => {
  await ask("one.ipynb", Object.values(CELLS));
  const { page, errors, context } = await opened(browser, served, "one.ipynb", { bypassCSP: true });
  await page.getByRole("region", { name: "A run asks" }).waitFor();
  await card(page, "release").getByRole("button", { name: "yes" }).waitFor();
  await look(page, "questions");
  expect(await axeFindings(page)).toEqual([]);

  await card(page, "release").focus();
  await page.keyboard.press("1");
  await answered("release").toMatchObject({
    value: "yes",
    kind: "value",
    by: { who: "local", using: "browser" },
  });
  await card(page, "release").getByText("answered yes").waitFor();

  await card(page, "rate").focus();
  await page.keyboard.press("c");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0.01");
  await card(page, "rate").getByText("removed:").first().waitFor({ state: "attached" });
  await look(page, "change");
  await page.keyboard.press("Enter");
  await answered("rate").toMatchObject({ kind: "change", value: 0.01 });

  await card(page, "label").focus();
  await card(page, "label").getByLabel("Correct what is wrong").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" And old.");
  await page.keyboard.press("Enter");
  await answered("label").toMatchObject({ value: "The cat sat on the mat.\nIt was grey. And old." });

  await card(page, "kinds").focus();
  await page.keyboard.press("3");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await answered("kinds").toMatchObject({ value: ["cat", "car"] });

  await card(page, "note").getByLabel("Your answer").focus();
  await page.keyboard.type("More data");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("1 a u");
  await page.keyboard.press("Enter");
  await answered("note").toMatchObject({ value: "More data\n1 a u" });

  await card(page, "size").getByLabel("A number").focus();
  await page.keyboard.type("200");
  await page.keyboard.press("Enter");
  await card(page, "size").getByText("may be 100 at most").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("20");
  await page.keyboard.press("Enter");
  await answered("size").toMatchObject({ value: 20 });
  await look(page, "answered");
  expect(await axeFindings(page)).toEqual([]);

  // Taken back while the pipeline does not have it; then answered anew.
  await card(page, "size").focus();
  await page.keyboard.press("u");
  await answered("size").toBeNull();
  await card(page, "size").getByLabel("A number").waitFor();
  await served.host.questions?.withdraw(`${RUN}/size`);
  expect(errors).toEqual([]);
  await context.close();
});

test("approval is given, changed, responded to and ignored by a, c, r and i; Escape leaves", async () => {
  const all = ["approve", "respond", "ignore"].map((key) => asked(key, { prompt: key, form: "approval" }));
  await ask("one.ipynb", all);
  const { page, context } = await opened(browser, served, "one.ipynb");
  await page.locator('[data-cell="first"]').focus();
  const section = page.getByRole("region", { name: "A run asks" });
  const inBanner = (prompt: string) => section.getByRole("heading", { name: prompt });
  await section.waitFor();
  for (const [key, press] of [
    ["approve", "a"],
    ["respond", "r"],
    ["ignore", "i"],
  ] as const) {
    await page.keyboard.press("Shift+Q");
    await inBanner(key).waitFor();
    const own = section.locator("[data-question]");
    await expect.poll(() => own.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await page.keyboard.press(press);
    if (key === "respond") {
      await page.keyboard.type("Not before Monday");
      await page.keyboard.press("Enter");
    }
    await answered(key).toMatchObject({ kind: key });
  }
  expect((await stands("respond"))?.answer?.value).toBe("Not before Monday");
  await ask("one.ipynb", [asked("leave")]);
  await inBanner("Is leave right?").waitFor();
  await page.keyboard.press("Shift+Q");
  await section.getByRole("button", { name: "Later" }).waitFor();
  await page.keyboard.press("Escape");
  await expect
    .poll(() => page.locator('[data-cell="first"]').evaluate((cell) => cell === document.activeElement))
    .toBe(true);
  // The keys are the notebook's again.
  await page.keyboard.press("1");
  expect((await stands("leave"))?.answer).toBeNull();
  await served.host.questions?.withdraw(`${RUN}/leave`);
  await context.close();
});

test("fifty items are answered key by key, and the last one is taken back", async () => {
  const items = Array.from({ length: MANY }, (_, n) =>
    asked(`item-${n}`, {
      prompt: `Item ${n}: a cat?`,
      group: "labels",
      item: {
        data: { "image/png": SQUARE, "text/plain": `picture ${n}` },
        metadata: { "image/png": { width: 96, height: 96 } },
      },
    }),
  );
  await ask("many.ipynb", items);
  const { page, errors, context } = await opened(browser, served, "many.ipynb", { bypassCSP: true });
  const group = page.locator("[data-cell] [data-question]");
  await group.getByText(`0 of ${MANY} answered`).waitFor();
  await look(page, "group");
  expect(await axeFindings(page)).toEqual([]);
  await group.focus();
  let slowest = 0;
  for (let n = 0; n < MANY; n++) {
    await group.getByRole("heading", { name: `Item ${n}:` }).waitFor();
    // From key to next item, in the page itself.
    const took = await page.evaluate(
      (key) =>
        new Promise<number>((resolve) => {
          const heading = document.querySelector("[data-cell] [data-question] h3");
          const before = heading?.textContent;
          const from = performance.now();
          document.activeElement?.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
          );
          const look = () => {
            const now = document.querySelector("[data-cell] [data-question] h3")?.textContent;
            if (now !== before || performance.now() - from > 3_000) resolve(performance.now() - from);
            else setTimeout(look);
          };
          look();
        }),
      n % 3 === 0 ? "2" : "1",
    );
    if (n < MANY - 1) slowest = Math.max(slowest, took);
  }
  // No round trip to the server lies between a key and the next item.
  expect(slowest).toBeLessThan(1_000);
  await group.getByText(`All ${MANY} answered`).waitFor();
  const kept = (await served.host.questions?.list({ runId: RUN, group: "labels" })) ?? [];
  await expect
    .poll(async () => (await served.host.questions?.list({ group: "labels", status: ["open"] }))?.length)
    .toBe(0);
  expect(kept).toHaveLength(MANY);
  const values = await Promise.all(items.map(async ({ key }) => (await stands(key))?.answer?.value));
  expect(values).toEqual(items.map((_, n) => (n % 3 === 0 ? "no" : "yes")));
  await page.keyboard.press("u");
  await answered(`item-${MANY - 1}`).toBeNull();
  await group.getByRole("heading", { name: `Item ${MANY - 1}:` }).waitFor();
  await isFocusedIn(page);
  await page.keyboard.press("1");
  await answered(`item-${MANY - 1}`).toMatchObject({ value: "yes" });
  expect(errors).toEqual([]);
  await context.close();
});

const isFocusedIn = (page: Page) =>
  expect
    .poll(() =>
      page.locator("[data-cell] [data-question]").evaluate((one) => one.contains(document.activeElement)),
    )
    .toBe(true);

test("of two people the second is told who was first, and loses nothing; after the pipeline went on, a reason is asked", async () => {
  const own = (key: string, more: Partial<AskedQuestion>) => asked(`two-${key}`, more);
  const [note, release] = await ask("two.ipynb", [
    own("note", { prompt: "What next?", form: "text" }),
    own("release", { prompt: "Release?" }),
  ]);
  if (!note || !release) throw new Error("not asked");
  const ben = guest("Ben");
  const { page, context } = await opened(browser, served, "two.ipynb");
  await page.locator('[data-cell="first"]').focus();
  await page.keyboard.press("Shift+Q");
  const section = page.getByRole("region", { name: "A run asks" });
  await section.getByLabel("Your answer").waitFor();
  await page.keyboard.type("Twice the data");
  await ben.answer(note.id, { id: randomToken(12), value: "Half the rate" });
  await section.getByText("Ben answered").waitFor();
  await look(page, "answered by another");
  await section.getByRole("button", { name: "Answer differently" }).click();
  await expect.poll(() => section.getByLabel("Your answer").inputValue()).toBe("Twice the data");
  await page.keyboard.press("Enter");
  await answered("two-note").toMatchObject({ value: "Twice the data", by: { who: "local" } });
  expect((await stands("two-note"))?.answers).toHaveLength(2);

  // The pipeline takes Ben's answer; another one needs a reason.
  const given = await ben.answer(release.id, { id: randomToken(12), value: "yes" });
  await served.host.questions?.taken(release.id, given.answer?.id ?? "", Date.now());
  await ben
    .answer(release.id, { id: randomToken(12), value: "no", replaces: given.answer?.id ?? "" })
    .then(() => expect.unreachable())
    .catch((error: unknown) => expect(error).toMatchObject({ code: "answer-needs-reason" }));
  await context.close();
});

test("who may only look sees who decides; named people answer with a link to look on", async () => {
  const LOOK: Rights = { view: true, edit: false, execute: false };
  const [named, open] = await ask("two.ipynb", [asked("named", { people: ["Cleo"] }), asked("anybody")]);
  if (!named || !open) throw new Error("not asked");
  const [cleo, dan] = [guest("Cleo", LOOK), guest("Dan", LOOK)];
  const yes = () => ({ id: randomToken(12), value: "yes" });
  await expect(dan.answer(open.id, yes())).rejects.toMatchObject({ code: "not-yours-to-answer" });
  await expect(guest("Eve").answer(named.id, yes())).rejects.toMatchObject({ code: "not-yours-to-answer" });
  expect(await cleo.answer(named.id, yes())).toMatchObject({
    answer: { by: { who: "cleo", displayName: "Cleo" } },
  });
});

test("on a phone the question lies under the thumb", async () => {
  await ask("one.ipynb", [
    asked("phone", {
      prompt: "Go on with the other data set?",
      deadline: Date.now() / 1_000 + 300,
      default: "no",
    }),
  ]);
  const { page, context } = await opened(browser, served, "one.ipynb", {
    viewport: { width: 400, height: 800 },
    bypassCSP: true,
    colorScheme: "dark",
  });
  const section = page.getByRole("region", { name: "A run asks" });
  await section.waitFor();
  await section.getByRole("button", { name: "Answer" }).click();
  await section.getByRole("button", { name: "yes" }).waitFor();
  await look(page, "phone");
  expect(await axeFindings(page)).toEqual([]);
  await section.getByRole("button", { name: "yes" }).click();
  await answered("phone").toMatchObject({ value: "yes" });
  await context.close();
});
