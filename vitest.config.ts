import { defineConfig } from "vitest/config";

/**
 * How long a poll waits for what it wants, in ms: a shared machine stands still for seconds, and a bound that a healthy
 * product can miss there tells nothing. A wait ends as soon as it has what it waits for.
 */
const patient = { poll: { timeout: 20_000 } };

/** Unit and property tests sit beside the source; scenarios across packages live in test/. Browser tests: test/run.ts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{protocol,signaling,peer-agent,terminal,browser-client,dashboard}/{src,test}/**/*.test.ts",
            "test/{,network/}*.test.ts",
          ],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "scenario",
          include: ["test/scenarios/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          expect: patient,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          expect: patient,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          exclude: ["test/browser/apps/**"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          expect: patient,
        },
      },
      // Pictures of the dashboard, which people look at: npm run screens.
      {
        test: {
          name: "screens",
          include: ["test/browser/screens/take-screens.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      // The packages as others install them, from the registry: npm run test:package.
      { test: { name: "package", include: ["test/package/*.test.ts"], fileParallelism: false } },
      // Apps of strangers, which are installed first: npm run test:apps.
      {
        test: { name: "apps", include: ["test/browser/apps/*.test.ts"], hookTimeout: 120_000, fileParallelism: false },
      },
    ],
  },
});
