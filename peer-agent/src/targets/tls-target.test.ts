import { createSecureServer } from "node:http2";
import { createServer, type Server } from "node:https";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask, bodyOf, listen } from "../testing/asking-viewer.ts";
import { targetFor } from "../testing/target-world.ts";
import { testCertificate } from "../testing/test-certificate.ts";
import type { ServiceTarget } from "./target.ts";

// Real sockets: a machine under load is slow, and no test here measures time.
vi.setConfig({ testTimeout: 60_000 });

const certificate = await testCertificate();
const other = await testCertificate();
const open: { close(): unknown }[] = [];
let server: Server;
let port = 0;
let requests = 0;

beforeEach(async () => {
  requests = 0;
  server = createServer(certificate, (_request, answer) => {
    requests += 1;
    answer.end("safe");
  });
  port = await listen(server);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  server.closeAllConnections();
  server.close();
});

function target(
  tls: Parameters<typeof targetFor>[0] extends infer T ? (T extends { tls?: infer Tls } ? Tls : never) : never,
): ServiceTarget {
  const made = targetFor({ type: "loopback", port, tls });
  open.push(made);
  return made;
}

test("a certificate of no known authority is refused in words, and nothing is sent", async () => {
  const { sent } = ask(target({ verify: "system" }), { path: "/" });
  await expect(sent.readHead()).rejects.toMatchObject({
    code: "target-unreachable",
    message: `The certificate of the app on port ${port} of studio is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT.`,
    hint: "Pin its SHA-256 in the service's settings, or choose to skip the check there.",
  });
  expect(requests).toBe(0);
});

test("another certificate than the pinned one is refused, and the hint names it", async () => {
  const { sent } = ask(target({ verify: { sha256: other.sha256 } }), { path: "/" });
  await expect(sent.readHead()).rejects.toMatchObject({
    code: "target-unreachable",
    message: `The app on port ${port} of studio shows another certificate than the pinned one.`,
    hint: `If you renewed it, pin its SHA-256: ${certificate.sha256}`,
  });
  expect(requests).toBe(0);
});

test.each([
  ["skipped by choice", { verify: "skip" }],
  ["pinned as tools print it", { verify: { sha256: certificate.sha256.toUpperCase().match(/../g)?.join(":") ?? "" } }],
] as const)("a check that is %s lets requests through", async (_how, tls) => {
  const { sent } = ask(target(tls), { path: "/" });
  expect((await sent.readHead()).status).toBe(200);
  expect((await bodyOf(sent)).toString()).toBe("safe");
});

test("a target that speaks no TLS is named so", async () => {
  const plain = (await import("node:http")).createServer();
  const made = targetFor({ type: "loopback", port: await listen(plain), tls: { verify: "skip" } });
  const { sent } = ask(made, { path: "/" });
  await expect(sent.readHead()).rejects.toMatchObject({
    code: "target-unreachable",
    message: expect.stringContaining("does not speak TLS"),
  });
  expect(await made.isReachable()).toBe(false);
  await made.close();
  plain.close();
});

test("a target of HTTP/2 alone is told what it lacks; one of both is spoken to in HTTP/1.1", async () => {
  for (const allowHTTP1 of [false, true]) {
    const h2 = createSecureServer({ ...certificate, allowHTTP1 }, (request, answer) => answer.end(request.httpVersion));
    port = await listen(h2);
    const { sent } = ask(target({ verify: "skip" }), { path: "/" });
    if (allowHTTP1) {
      await sent.readHead();
      expect((await bodyOf(sent)).toString()).toBe("1.1");
    } else {
      await expect(sent.readHead()).rejects.toMatchObject({
        code: "target-unreachable",
        message: `The app on port ${port} of studio takes no HTTP/1.1.`,
      });
    }
    for (const one of open.splice(0)) await one.close();
    h2.close();
  }
});
