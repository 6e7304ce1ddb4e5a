/** A short run of `npm run fuzz`: bytes of hostile peers cause nothing but TunnelErrors, and memory stays bounded. */

import { TunnelError } from "@culvert/protocol";
import { expect, test } from "vitest";
import { fuzzTargets, runFuzz } from "./fuzz/fuzz-run.ts";
import type { FuzzTarget } from "./fuzz/fuzz-target.ts";

const durationMs = 20_000;

test("decoders, handshakes and tunnels hold for twenty seconds", { timeout: 120_000 }, async () => {
  const { failure, byTarget } = await runFuzz({ targets: fuzzTargets, seed: 1, durationMs });
  expect(failure && { ...failure, input: Buffer.from(failure.input).toString("hex") }).toBeUndefined();
  for (const [name, { inputs }] of byTarget) expect(inputs, name).toBeGreaterThan(0);
});

const target = (run: FuzzTarget["run"]): FuzzTarget => ({ name: "planted", input: (random) => random.bytes(4), run });

test.each<readonly [string, FuzzTarget["run"]]>([
  [
    "throws another error",
    () => {
      throw new RangeError("planted");
    },
  ],
  ["rejects with another error", async () => Promise.reject(new RangeError("planted"))],
  ["leaves a rejection behind", () => void Promise.reject(new RangeError("planted"))],
])("a run fails where a target %s", async (_what, run) => {
  const { failure } = await runFuzz({ targets: [target(run)], seed: 1, durationMs: 2_000 });
  expect(failure).toMatchObject({ target: "planted", error: { message: "planted" } });
});

test("a run fails where a target keeps what it is given", async () => {
  const kept: Uint8Array[] = [];
  const keeps = target(() => {
    if (kept.length < 120_000) kept.push(new Uint8Array(4_096));
    throw new TunnelError("protocol-error", "planted");
  });
  const { failure } = await runFuzz({ targets: [keeps], seed: 1, durationMs: 10_000 });
  expect(String(failure?.error)).toContain("memory grew");
});
