/**
 * `npm run docs:new-user`: tries the repository as a new user would, from `npm start` to the running app, in a clone that
 * nobody has touched and a browser that has never been there. Writes docs/new-user.md with its pictures.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { writePicture } from "../browser/apps/screenshot.ts";
import { browserEnvironment, browserFlags } from "../harness/chromium-flags.ts";
import { appFrame } from "../harness/visit.ts";
import { findChromium } from "../provision/chromium.ts";
import { type NewUserStep, type NewUserStory, newUserPage } from "./new-user-page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const signInLink = /https?:\/\/\S+\/sign-in#code=\S+/;

/** `npm start` in a folder, until it prints its link. */
async function startIn(
  folder: string,
): Promise<{ readonly link: string; readonly tookMs: number; stop(): Promise<void> }> {
  const startMs = performance.now();
  // A group of its own: Ctrl-C in a terminal reaches all of it.
  const child = spawn("npm", ["start"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const ended = once(child, "close");
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const link = signInLink.exec(stripVTControlCharacters(line))?.[0];
    if (link === undefined) continue;
    child.stdout.resume();
    return { link, tookMs: performance.now() - startMs, stop };
  }
  throw new Error("npm start ended without a link");
}

/** From the printed link to the app, each click by the mouse on what the page shows. */
async function clickThrough(browser: Browser, link: string, pictures: boolean): Promise<readonly NewUserStep[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const steps: NewUserStep[] = [];
  const step = async (
    name: string,
    click: string,
    what: (page: Page) => Promise<unknown>,
    seen: string,
  ): Promise<void> => {
    const startMs = performance.now();
    await what(page);
    const tookMs = performance.now() - startMs;
    steps.push({ name, click, seen, tookMs });
    if (pictures) await writePicture(page, join(root, "docs/images/new-user", `${name}.webp`));
  };
  await step(
    "welcome",
    "the link that `npm start` printed",
    async () => {
      await page.goto(link);
      await page.getByRole("heading", { name: "Welcome to Culvert" }).waitFor();
    },
    "It says that the link worked once, and asks for a passkey or a password for next time.",
  );
  await step(
    "servers",
    "**Later**",
    async () => {
      await page.getByRole("button", { name: "Later", exact: true }).click();
      await page.getByRole("link", { name: /^Open showcase/ }).waitFor();
    },
    "This machine is in the list, ready, with its sample app.",
  );
  await step(
    "app",
    "**Open**",
    async () => {
      await page.getByRole("link", { name: /^Open showcase/ }).click();
      const frame = await appFrame(page);
      await frame.locator("h1").first().waitFor();
    },
    "The app runs; the bar above it says how it is connected.",
  );
  await context.close();
  return steps;
}

async function tell(): Promise<NewUserStory> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Chromium is missing; npm test installs it.");
  const folder = mkdtempSync(join(tmpdir(), "culvert-new-user-"));
  const browser = await chromium.launch({ executablePath, args: [...browserFlags], env: browserEnvironment });
  try {
    const clone = join(folder, "culvert");
    execFileSync("git", ["clone", "--quiet", root, clone]);
    const first = await startIn(clone);
    await clickThrough(browser, first.link, true).finally(first.stop);
    rmSync(join(clone, ".culvert"), { recursive: true });
    // Once more as new, now that nothing is to be downloaded.
    const second = await startIn(clone);
    const steps = await clickThrough(browser, second.link, false).finally(second.stop);
    return { installMs: first.tookMs, startMs: second.tookMs, steps };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const story = await tell();
writeFileSync(join(root, "docs/new-user.md"), newUserPage(story));
const { steps, startMs } = story;
const totalMs = steps.reduce((sum, { tookMs }) => sum + tookMs, startMs);
console.log(`${steps.length} clicks, ${(totalMs / 1000).toFixed(1)} s`);
if (steps.length > 4 || totalMs > 20_000) process.exitCode = 1;
