/**
 * A service worker that dies under load, as browsers kill them: what was cut fails, nothing short is told as complete, and
 * everything goes on. Fifty times at random: `npm run soak:worker`.
 */
import { expect, onTestFailed, test } from "vitest";
import { keepLogs } from "../harness/browser.ts";
import { runWorkerKills } from "../harness/worker-kills/kill-run.ts";

const kills = 5;

test("documents, bodies, files, events and WebSockets outlive five deaths of their worker", async () => {
  const outcome = await runWorkerKills({
    kills,
    seed: 1,
    onStarted: ({ logs }) => onTestFailed(() => void keepLogs("worker-kills", logs)),
  });
  expect(outcome.faults).toEqual([]);
  expect(outcome.inFrame.failed + outcome.inTab.failed, "what was cut and said so").toBeGreaterThan(0);
});
