import { expect, test } from "vitest";
import { imageSize } from "./image-size.ts";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

test("sizes of PNG, GIF and JPEG", () => {
  expect(imageSize("image/png", PIXEL)).toEqual({ width: 1, height: 1 });
  const gif = Buffer.from([...Buffer.from("GIF89a"), 0x40, 0x01, 0xf0, 0x00, 0, 0, 0]).toString("base64");
  expect(imageSize("image/gif", gif)).toEqual({ width: 320, height: 240 });
  const jpeg = Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2],
    ...[0xff, 0xc2, 0, 11, 8, 0x01, 0x2c, 0x02, 0x58, 3, 0, 0, 0, 0, 0, 0],
  ]).toString("base64");
  expect(imageSize("image/jpeg", jpeg)).toEqual({ width: 600, height: 300 });
});

test("what is cut, damaged or something else has none", () => {
  for (const [mime, base64] of [
    ["image/png", "iVBORw0KGgo="],
    ["image/jpeg", "////"],
    ["image/gif", "%%%"],
    ["image/webp", PIXEL],
  ] as const)
    expect(imageSize(mime, base64)).toBeNull();
});
