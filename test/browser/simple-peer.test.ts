/** A stranger's page, made of simple-peer and the protocol package, opens a service in Chromium. */
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { launchBrowser } from "../harness/browser.ts";
import { bundled, simplePeerScript } from "../harness/page-script.ts";
import type { Stranger } from "./simple-peer/stranger-page.ts";

const page = '<!doctype html><title>stranger</title><script src="/stranger/simple-peer.js"></script>';
const file = randomBytes(1024 * 1024);

let stage: AgentStage;
let browser: Browser;

beforeAll(async () => {
  stage = await setAgentStage({
    library: "native",
    app: (request, answer) => {
      answer.statusCode = request.url === "/file" ? 200 : 404;
      answer.end(file);
    },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

test("opens a service over a simple-peer connection", async () => {
  const { signaling, agent } = stage;
  const scripts = new Map([
    ["/stranger/simple-peer.js", await readFile(simplePeerScript(), "utf8")],
    ["/stranger/page.js", await bundled(new URL("simple-peer/stranger-page.ts", import.meta.url))],
  ]);
  // Chromium takes a page that the test answers for one of the public internet, which must ask before it goes to 127.0.0.1.
  const context = await browser.newContext({ permissions: ["local-network-access"] });
  const tab = await context.newPage();
  await tab.route(`${signaling.dashboardOrigin}/stranger/**`, (route) => {
    const body = scripts.get(new URL(route.request().url()).pathname);
    if (body !== undefined) return route.fulfill({ contentType: "text/javascript; charset=utf-8", body });
    return route.fulfill({
      contentType: "text/html",
      body: `${page}<script type="module" src="/stranger/page.js"></script>`,
    });
  });
  await tab.goto(`${signaling.dashboardOrigin}/stranger/`);
  const { code } = await signaling.createSignInLink();
  const report = await tab.evaluate(
    ([serverId, signInCode]) =>
      (globalThis as unknown as { stranger: Stranger }).stranger.open(serverId, signInCode, "/file"),
    [agent.serverId, code] as const,
  );
  expect(report).toMatchObject({ status: 200, sha256: createHash("sha256").update(file).digest("base64url") });
  expect(report.pathKinds).toContain("direct");
  expect(report.directBytes).toBeGreaterThan(file.length);
});
