/**
 * `npm run screens`: takes every picture of the table anew and writes it beside this file; `npm run screens -- -t servers`
 * takes some. Their differences are looked at by people, and committed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launchBrowser } from "../../harness/browser.ts";
import type { Look } from "../dashboard/open-dashboard.ts";
import { areas } from "./areas.ts";
import { usualLooks } from "./screen.ts";
import { smallPng } from "./small-png.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

for (const { area, screens } of areas) {
  describe(area, () => {
    for (const { name, looks = usualLooks, whole = false, show } of screens) {
      test.each(looks.map((look) => ({ look, file: fileOf(name, look) })))("$file", async ({ look, file }) => {
        const page = await show(browser, look);
        // Fonts that came late change every line.
        await page.evaluate(() => document.fonts.ready);
        const png = await page.screenshot({ animations: "disabled", caret: "hide", fullPage: whole });
        const folder = join(import.meta.dirname, area);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, file), smallPng(png));
      });
    }
  });
}

function fileOf(name: string, { width, colorScheme }: Look): string {
  return `${name}-${width}${colorScheme === "dark" ? "-dark" : ""}.png`;
}
