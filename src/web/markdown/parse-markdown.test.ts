import { expect, test } from "vitest";
import { parseMarkdown } from "./parse-markdown.ts";

test("what is done and what is not can be told apart in a list of tasks", () => {
  const html = parseMarkdown("- [x] rate\n- [ ] variants\n- plain");
  expect(html.replace(/\s+/g, " ")).toBe("<ul> <li>☑ rate</li> <li>☐ variants</li> <li>plain</li> </ul> ");
});
