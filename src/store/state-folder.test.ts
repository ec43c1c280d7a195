import { expect, test } from "vitest";
import { stateFolder } from "./state-folder.ts";

test("the state folder is what is said, else the platform's place", () => {
  const home = "/home/ana";
  expect(stateFolder({ LOOPBOOK_HOME: "/data/lb", HOME: home }, "linux")).toBe("/data/lb");
  expect(stateFolder({ XDG_DATA_HOME: "/x", HOME: home }, "linux")).toBe("/x/loopbook");
  expect(stateFolder({ XDG_DATA_HOME: "relative", HOME: home }, "linux")).toBe(
    "/home/ana/.local/share/loopbook",
  );
  expect(stateFolder({ HOME: home }, "darwin")).toBe("/home/ana/Library/Application Support/loopbook");
});
