import { expect, test } from "vitest";
import { imageName } from "./image-files.ts";

test("an image's file has its name and its type's ending", () => {
  expect(imageName("<Figure size 640x480 with 1 Axes>", "data:image/png;base64,AA")).toBe(
    "figure-size-640x480-with-1-axes.png",
  );
  expect(imageName("Loss / Épochs: ../x", "data:image/svg+xml;charset=utf-8,")).toBe("loss-epochs-x.svg");
  expect(imageName("", "/api/notebooks/n/outputs/r/data?mime=image%2Fjpeg&seq=1")).toBe("image.jpg");
});
