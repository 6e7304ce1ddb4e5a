/** axe-core on a page: what of it somebody with a screen reader, a keyboard or weak eyes cannot use. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type WithAxe = typeof globalThis & { readonly axe?: { run(options: object): Promise<AxeResults> } };

/** Serious and critical findings of every rule, one line each with the places; frames of other origins are left out. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  // Evaluated through the debugger, so the page's own policy stays as it ships.
  const isThere = await page.evaluate(() => (globalThis as WithAxe).axe !== undefined);
  if (!isThere) await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const results = await (globalThis as WithAxe).axe?.run({ resultTypes: ["violations"], iframes: false });
    if (results === undefined) throw new Error("axe did not start");
    return results.violations.map(({ id, impact, help, nodes }) => ({
      ...{ id, impact, help },
      places: nodes.map(({ html }) => html.slice(0, 160)),
    }));
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, places }) => `${impact} ${id}: ${help}\n  ${places.join("\n  ")}`);
}
