import { expect, test } from "vitest";
import { TokenUses } from "./token-uses.ts";

test("a use is kept until its token is past, then forgotten", () => {
  const uses = new TokenUses();
  expect(uses.take("a", "one", 100, 0)).toBe(true);
  expect(uses.take("a", "two", 100, 100)).toBe(false);
  expect(uses.take("b", "one", 300, 101)).toBe(true);
  expect(uses.size).toBe(1);
});
