/** The generated pages of docs/reference and the list of keys, by their path. */
import { cliPage } from "./cli-page.ts";
import { errorsPage } from "./errors-page.ts";
import { httpPage } from "./http-page.ts";
import { keysPage } from "./keys-page.ts";

export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/reference/cli.md", await cliPage()],
    ["docs/reference/http.md", httpPage()],
    ["docs/reference/errors.md", errorsPage()],
    ["docs/guide/keys.md", keysPage()],
  ]);
}
