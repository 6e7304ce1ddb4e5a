/** A sign-in that is taken back: the App View that it has open ends within 5 s, and the other one goes on. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { confirm, openApp, waitForState } from "../harness/visit.ts";

const password = "four words in a row";
/** What is promised where the agent can be reached. */
const promisedMs = 5_000;

let browser: Browser;
let culvert: Culvert;
let laptop: Page;
let phone: Page;
const showcase = createShowcase();

beforeAll(async () => {
  browser = await launchBrowser();
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "count" });
  laptop = await (await browser.newContext()).newPage();
  await laptop.goto(culvert.signInLink);
  await laptop.getByLabel("Name").fill("Ada Lovelace");
  await laptop.getByLabel("Email").fill("ada@example.org");
  await laptop.getByRole("button", { name: "Use a password instead" }).click();
  await laptop.getByRole("textbox", { name: "Password" }).fill(password);
  await laptop.getByRole("button", { name: "Set password" }).click();
  await laptop.getByRole("heading", { name: "Servers" }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});

beforeEach(async ({ task }) => {
  const iPhone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
  phone = await (await browser.newContext({ userAgent: iPhone })).newPage();
  const log = logPage(phone);
  keepOnFailure(`revoked-sign-in-${task.name}`, phone, { console: () => log.lines, ...culvert.logs });
  await phone.goto(culvert.dashboardOrigin);
  await phone.getByLabel("Email").fill("ada@example.org");
  await phone.getByRole("textbox", { name: "Password" }).fill(password);
  await phone.getByRole("button", { name: "Sign in", exact: true }).click();
  if (!laptop.url().includes("/app-view/")) await openApp(laptop, culvert.serverLabel);
  await waitForState(laptop, /^Direct · /);
  await openApp(phone, culvert.serverLabel);
  await waitForState(phone, /^Direct · /);
});
afterEach(() => phone.context().close());

/** Says the moment at which the page has left the app: it goes to the sign-in page, or says that access was taken back. */
async function ended(page: Page): Promise<number> {
  await page
    .getByRole("heading", { name: "Sign in to Culvert" })
    .or(page.getByText(/taken back|signed out here/))
    .first()
    .waitFor();
  return performance.now();
}

describe("taking a sign-in back", () => {
  test("ends its App View within 5 s and leaves the other one", async () => {
    const account = await laptop.context().newPage();
    await account.goto(`${culvert.dashboardOrigin}/account`);
    const phonesEnd = ended(phone);
    await account.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
    const startedAt = performance.now();
    const tookMs = (await phonesEnd) - startedAt;
    expect(tookMs).toBeLessThan(promisedMs);
    await account.getByRole("button", { name: "Sign out Safari on iPhone" }).waitFor({ state: "detached" });
    expect(await waitForState(laptop, /^Direct · /)).toMatch(/^Direct/);
    await account.close();
  });

  test("everywhere ends both", async () => {
    const account = await laptop.context().newPage();
    await account.goto(`${culvert.dashboardOrigin}/account`);
    const ends = Promise.all([ended(phone), ended(laptop)]);
    await account.getByRole("button", { name: "Sign out everywhere" }).click();
    await confirm(account, "Sign out everywhere");
    const startedAt = performance.now();
    const tookMs = Math.max(...(await ends)) - startedAt;
    expect(tookMs).toBeLessThan(promisedMs);
    await account.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
  });
});
