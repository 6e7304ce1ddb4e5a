/** A server with a connector inside, in Chromium: listed, opened, used behind its own login, and gone without a trace. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Program } from "../../deploy/local/program.ts";
import { type Signaling, startSignaling } from "../../deploy/local/programs.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { EmbeddingRun } from "../harness/embedding-run.ts";
import { openApp, signIn } from "../harness/visit.ts";

const folder = mkdtempSync(join(tmpdir(), "culvert-embedded-"));
const programs: Program[] = [];
const runs: EmbeddingRun[] = [];
let signaling: Signaling;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  signaling = await startSignaling({
    ...{ dataFolder: join(folder, "signaling"), port: 0, nextFreePort: false, logLevel: "warn" },
    onProgram: (program) => programs.push(program),
  });
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  log = logPage(page);
  await signIn(page, signaling.signInLink);
});
afterAll(async () => {
  await browser?.close();
  for (const run of runs) run.kill();
  for (const program of programs) await program.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** As the product's cloud asks for it, on the owner's behalf. */
function newCode(): Promise<string> {
  return page.evaluate(async () => {
    const headers = { "content-type": "application/json" };
    return (await (await fetch("/api/enrollments", { method: "POST", headers, body: "{}" })).json()).code;
  });
}

test.each(["express", "fastify"] as const)(
  "inside %s it is in the list, opens, asks for its own password, and a stop leaves nothing",
  async (framework) => {
    const { dashboardOrigin } = signaling;
    const run = new EmbeddingRun({
      ...{ framework, serverUrl: dashboardOrigin, code: await newCode() },
      dataFolder: join(folder, framework),
    });
    runs.push(run);
    keepOnFailure(`embedded-${framework}`, page, { console: () => log.lines, program: () => run.lines });
    await run.online;
    await page.goto(dashboardOrigin);
    const notes = await openApp(page, framework);
    await notes.getByLabel("Password").fill("open sesame");
    await notes.getByRole("button", { name: "Sign in" }).click();
    await notes.getByLabel("Note").fill(`of ${framework}`);
    await notes.getByRole("button", { name: "Add" }).click();
    await notes
      .getByRole("listitem")
      .filter({ hasText: `of ${framework}` })
      .waitFor();
    // With its events and its tunnel open.
    expect(await run.stop()).toBe(0);
    await page.goto(dashboardOrigin);
    await page.getByRole("link", { name: framework, exact: true }).waitFor();
    await page.getByRole("link", { name: `Open notes on ${framework}` }).waitFor({ state: "detached" });
  },
);
