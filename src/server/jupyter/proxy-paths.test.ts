import { expect, test } from "vitest";
import { isTheirs, rightFor } from "./proxy-paths.ts";

const ours = (path: string): boolean => path === "/favicon.svg";

test.each<[string, boolean, boolean]>([
  ["/", false, false],
  ["/open/a/b.ipynb", false, false],
  ["/assets/main.js", false, false],
  ["/favicon.svg", false, false],
  ["/lab", false, true],
  ["/lab/tree/a.ipynb", false, true],
  ["/lab/api/settings", false, true],
  ["/static/lab/main.js", false, true],
  ["/files/a.png", false, true],
  ["/kernelspecs/python3/logo-64x64.png", false, false],
  ["/api", false, false],
  ["/v1/metrics", false, false],
  ["/api/contents/a.ipynb", false, false],
  ["/api/kernels/k/channels", true, false],
  ["/api/sessions", false, false],
  ["/api/me", false, false],
  ["/api/terminals", false, true],
  ["/api/terminals-of-mine", false, false],
  ["/api/events/subscribe", true, true],
  ["/terminals/websocket/1", true, true],
  ["/api/collaboration/room/json:notebook:nb_1", true, false],
  ["/api/collaboration/room/json%3Anotebook%3Anb_1", true, false],
  ["/api/collaboration/room/JupyterLab:globalAwareness", true, false],
  ["/api/collaboration/room/text:file:1", true, true],
  ["/api/collaboration/session/a.txt", false, true],
  ["/api/collaboration/session/deep/a.ipynb", false, false],
])("%s", (path, isUpgrade, expected) => {
  expect(isTheirs(path, isUpgrade, ours)).toBe(expected);
});

test("who may only look on changes nothing and opens no terminal there", () => {
  expect(rightFor("GET", "/lab", false)).toBe("look");
  expect(rightFor("GET", "/api/events/subscribe", true)).toBe("look");
  expect(rightFor("PUT", "/lab/api/settings", false)).toBe("execute");
  expect(rightFor("GET", "/terminals/websocket/1", true)).toBe("execute");
});
