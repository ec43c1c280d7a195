import { defineConfig } from "vitest/config";

/** A condition that comes a moment later is no failure, also on a machine that is busy with something else. */
const patient = { poll: { timeout: 20_000 } };

/** What has real kernels, servers and browsers in it is tried twice; `npm test` names what needed it. */
const retry = 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "src/**/*.test.tsx", "tests/architecture/**/*.test.ts"],
          // Property tests of a few seconds, on machines that are busy with something else.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          expect: patient,
          retry,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          expect: patient,
          retry,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
