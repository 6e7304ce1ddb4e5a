import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { proxyFinding } from "./machine-findings.ts";
import { apiFinding, clockFinding, connectionFinding, nameFinding, socketFindings } from "./server-findings.ts";

async function withServer(look: (url: URL) => Promise<void>): Promise<void> {
  const server = createServer((_request, answer) => answer.end("<html>hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await look(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

test("a server that is none of ours is told apart from one that is not there", async () => {
  let gone = new URL("http://127.0.0.1");
  await withServer(async (url) => {
    gone = url;
    expect(await connectionFinding(url)).toMatchObject({ state: "fine" });
    expect(await apiFinding(url)).toMatchObject({ state: "wrong", seen: expect.stringContaining("something else") });
    expect(await socketFindings(url)).toMatchObject([{ check: "websocket", state: "wrong" }]);
  });
  expect(await connectionFinding(gone)).toMatchObject({
    ...{ check: "connection", state: "wrong" },
    seen: expect.stringContaining("nothing answers there"),
  });
});

test("TLS that nobody speaks is told", async () => {
  await withServer(async (url) => {
    const finding = await connectionFinding(new URL(url.href.replace("http:", "https:")));
    expect(finding).toMatchObject({ state: "wrong" });
  });
});

test("names under localhost are this machine", async () => {
  expect(await nameFinding(new URL("http://culvert.localhost:1"))).toMatchObject({ state: "fine" });
});

test.each([
  [0, "fine", "agrees"],
  [30_000, "fine", "agrees"],
  [30_001, "doubtful", "30 s ahead of the server's"],
  [-7_200_000, "doubtful", "2 h behind the server's"],
])("a clock that is %d ms ahead is %s", (offMs, state, words) => {
  expect(clockFinding(1_000_000, 1_000_000 + offMs)).toMatchObject({ state, seen: expect.stringContaining(words) });
});

test("a proxy that is not used is told by the name of its variable", () => {
  expect(proxyFinding({ https_proxy: "http://user:secret@proxy" })?.seen).toBe(
    "https_proxy is set, and Culvert does not use it",
  );
  expect(proxyFinding({})).toBeUndefined();
});
