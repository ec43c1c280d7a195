import { expect, test } from "vitest";
import { placeOf } from "./jupyter-room-client.ts";

const at = (baseUrl: string, path: string, token: string | null = null) => ({ baseUrl, path, token });

test.each([
  [
    "http://localhost:8888/lab/tree/train.ipynb?token=abc",
    at("http://localhost:8888/", "train.ipynb", "abc"),
  ],
  ["http://localhost:8888/lab/tree/RTC%3Aa/b%20c.ipynb", at("http://localhost:8888/", "a/b c.ipynb")],
  ["http://h:8888/lab/workspaces/auto-A/tree/a.ipynb", at("http://h:8888/", "a.ipynb")],
  ["http://h:8888/notebooks/deep/a.ipynb", at("http://h:8888/", "deep/a.ipynb")],
  ["https://hub.example/user/ana/lab/tree/a.ipynb", at("https://hub.example/user/ana/", "a.ipynb")],
  ["http://h:8888/lab?token=abc", null],
  ["http://h:8888/lab/tree/a.txt", null],
  ["ftp://h/lab/tree/a.ipynb", null],
  ["train.ipynb", null],
])("%s", (address, place) => {
  expect(placeOf(address)).toEqual(place);
});
