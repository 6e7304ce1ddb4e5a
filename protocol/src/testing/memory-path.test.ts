import { describe, test } from "vitest";
import { createFakeClock } from "./fake-clock.ts";
import { createMemoryPathPair } from "./memory-path.ts";
import { pathContract } from "./path-contract.ts";

describe("a memory path on a clock", () => {
  for (const check of pathContract) {
    test(check.name, async () => {
      const clock = createFakeClock();
      const { first, second } = createMemoryPathPair({ clock, delayMs: 20 });
      await check.run({ first, second, settle: () => clock.advance(50) });
    });
  }
});

describe("a memory path without a clock", () => {
  for (const check of pathContract) {
    test(check.name, async () => {
      const { first, second } = createMemoryPathPair();
      await check.run({ first, second, settle: () => createFakeClock().settle() });
    });
  }
});
