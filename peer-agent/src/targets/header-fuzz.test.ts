/** Random heads: the short form of `npm run soak:headers`. */
import { expect, test } from "vitest";
import { runHeaderFuzz } from "../testing/attacks/header-fuzz.ts";

test("what a target reads of any head is what the rules say", { timeout: 120_000 }, async () => {
  const { reached, refused, faults } = await runHeaderFuzz({ seed: 1, count: 1_000 });
  expect(faults).toEqual([]);
  expect(reached).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(100);
});
