/** Paths over real data channels in Chromium keep the contract that every path keeps: ours, and simple-peer's. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pathContract } from "@culvert/protocol/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { bundled, simplePeerScript } from "../harness/page-script.ts";
import type { PathChecks } from "./paths/contract-page.ts";

let browser: Browser;
let page: Page;
let server: Server;

beforeAll(async () => {
  const scripts = new Map([
    ["/simple-peer.js", await readFile(simplePeerScript(), "utf8")],
    ["/contract.js", await bundled(new URL("paths/contract-page.ts", import.meta.url))],
  ]);
  server = createServer((request, response) => {
    const script = scripts.get(request.url ?? "");
    if (script === undefined) {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        '<!doctype html><script src="/simple-peer.js"></script><script type="module" src="/contract.js"></script>',
      );
    } else {
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(script);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe.each(["data channel", "simple-peer"] as const)("a path over a %s in Chromium", (kind) => {
  test.each(pathContract.map(({ name }) => name))("%s", async (name) => {
    const fault = await page.evaluate(
      ([kindOfPath, check]) => (globalThis as unknown as { pathChecks: PathChecks }).pathChecks.run(kindOfPath, check),
      [kind, name] as const,
    );
    expect(fault).toBeNull();
  });
});
