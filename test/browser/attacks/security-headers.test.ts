/** What stands around every page of the dashboard over TLS, as Chromium sees and enforces it. */
import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, logPage, type PageLog } from "../../harness/browser.ts";
import { startTlsDashboard, type TlsDashboard } from "./tls-dashboard.ts";

let dashboard: TlsDashboard;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  dashboard = await startTlsDashboard();
  browser = await launchBrowser();
  context = await browser.newContext({ ignoreHTTPSErrors: true });
  page = await context.newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
});

/** What the dashboard's own script gets: 200 for who is signed in. */
const account = () => page.evaluate(async () => (await fetch("/api/account")).status).catch(() => 0);

test("signing in sets cookies that no other origin can set, read by no script and sent to no other host", async () => {
  await page.goto((await dashboard.server.createSignInLink()).url);
  await expect.poll(account, { timeout: 30_000 }).toBe(200);
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name)).toContain("__Host-culvert.session_token");
  for (const cookie of cookies) {
    const { name, ...how } = cookie;
    expect(name).toMatch(/^__Host-culvert\./);
    expect(how).toMatchObject({
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
      domain: "culvert.localhost",
    });
  }
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("an app cannot plant that cookie: the browser refuses its name with a Domain", async () => {
  const app = await context.newPage();
  // Nothing was opened yet, so this name is nobody's; script there is as an app's script would be.
  await app.goto(dashboard.origin.replace("culvert.", `demo-${"a".repeat(26)}.culvert.`));
  const set = await app.evaluate(async (name) => {
    // biome-ignore lint/suspicious/noDocumentCookie: it is the attack
    document.cookie = `${name}=planted; Domain=culvert.localhost; Path=/; Secure`;
    // biome-ignore lint/suspicious/noDocumentCookie: the same for a name without the prefix, which a browser lets pass
    document.cookie = "other=planted; Domain=culvert.localhost; Path=/; Secure";
    return document.cookie;
  }, "__Host-culvert.session_token");
  expect(set).toBe("other=planted");
  await app.close();
  await page.reload();
  expect(await account()).toBe(200);
  const names = (await context.cookies()).map(({ name }) => name);
  expect(names).toContain("__Host-culvert.session_token");
  expect(names.filter((name) => !name.startsWith("__Host-culvert."))).toEqual([]);
});

const everywhere = {
  "strict-transport-security": "max-age=63072000",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "origin-agent-cluster": "?1",
  "cross-origin-resource-policy": "same-origin",
};

/** Loads a page of the dashboard in a tab of its own, which takes the place of the last one. */
async function load(path: string): Promise<Response> {
  await page.close();
  page = await context.newPage();
  log = logPage(page);
  const response = await page.goto(dashboard.origin + path);
  if (response === null) throw new Error(`${path} was not loaded`);
  return response;
}

test.each(["/", "/sign-in", "/app-view/none/none"])(
  "%s allows its own scripts and frames of apps, and no more",
  async (path) => {
    const { host } = new URL(dashboard.origin);
    const response = await load(path);
    const headers = response.headers();
    expect(headers).toMatchObject({
      ...everywhere,
      "cross-origin-opener-policy": path.startsWith("/app-view/") ? "same-origin-allow-popups" : "same-origin",
      "cache-control": "no-store",
    });
    const policy = Object.fromEntries(
      (headers["content-security-policy"] ?? "")
        .split("; ")
        .map((rule) => [rule.split(" ", 1)[0], rule.split(" ").slice(1)]),
    );
    expect(policy).toMatchObject({
      "default-src": ["'none'"],
      "script-src": ["'self'"],
      "connect-src": ["'self'", `wss://${host}`],
      // Firefox holds the policy of this page against downloads from memory in the app's frame.
      "frame-src": [`https://*.${host}`, ...(path.startsWith("/app-view/") ? ["blob:", "data:"] : [])],
      "frame-ancestors": ["'none'"],
      "form-action": ["'self'"],
      "base-uri": ["'none'"],
    });
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|data: .*script/);
  },
);

test("Chromium enforces it: no script in the page, no script from elsewhere, no foreign connection", async () => {
  await load("/");
  const blocked = await page.evaluate(async () => {
    const seen: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    const inline = document.createElement("script");
    inline.textContent = "window.ran = 'inline'";
    document.body.append(inline);
    const foreign = Object.assign(document.createElement("script"), { src: "https://127.0.0.1:1/evil.js" });
    document.body.append(foreign);
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    document.head.append(style);
    await fetch("https://127.0.0.1:1/").catch(() => undefined);
    document.body.setAttribute("onclick", "window.ran = 'handler'");
    document.body.click();
    await new Promise((resolve) => setTimeout(resolve));
    return { seen, ran: (window as { ran?: string }).ran ?? "nothing" };
  });
  expect(blocked.ran).toBe("nothing");
  expect(blocked.seen).toEqual(
    expect.arrayContaining(["script-src-elem", "style-src-elem", "connect-src", "script-src-attr"]),
  );
});

test("answers of the API are data: no page, no script, not stored", async () => {
  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/account");
    return Object.fromEntries(response.headers);
  });
  expect(answer).toMatchObject({
    ...everywhere,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "content-type": expect.stringContaining("application/json"),
  });
});

test("the API's pages run under a policy as strict, with everything of their own", async () => {
  const elsewhere: string[] = [];
  context.on("request", (request) => {
    if (!request.url().startsWith(dashboard.origin) && !request.url().startsWith("data:"))
      elsewhere.push(request.url());
  });
  const response = await load("/api/docs");
  expect(response.headers()["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  await page.getByText("/api/servers/{serverId}/sessions").first().waitFor({ timeout: 30_000 });
  await page.getByText("Opens a service of a server").click();
  await page.getByText("offline").first().waitFor();
  expect(elsewhere).toEqual([]);
  expect(log.lines.filter((line) => /Content Security Policy|uncaught/.test(line))).toEqual([]);
});
