import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { helpPartOf, helpSection } from "./documents/cli-page.ts";
import { stories } from "./documents/cli-stories.ts";

const page = readFileSync(new URL("../docs/cli.md", import.meta.url), "utf8");

test("the help in docs/cli.md is what the program prints; npm run docs:cli writes it", () => {
  expect(helpPartOf(page)).toBe(helpSection());
});

test("docs/cli.md holds every story of a new user, each with what was typed", () => {
  const told = page.slice(page.indexOf("## Tried as a new user would")).split("\n### ").slice(1);
  expect(told.map((story) => story.split("\n", 1)[0])).toEqual(stories.map(([title]) => title));
  for (const story of told) expect(story).toMatch(/^\$ culvert /m);
});
