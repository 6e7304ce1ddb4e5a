import { createServer } from "node:http";
import { expect, test, vi } from "vitest";
import { ask, listen } from "../testing/asking-viewer.ts";
import { httpFaultContract } from "../testing/http-fault-contract.ts";
import { httpTargetContract } from "../testing/http-target-contract.ts";
import { lanWorld, loopbackWorld, tlsWorld, unixWorld } from "../testing/target-world.ts";
import { testCertificate } from "../testing/test-certificate.ts";
import { webSocketTargetContract } from "../testing/websocket-target-contract.ts";

// Real sockets: a machine under load is slow, and no test here measures time.
vi.setConfig({ testTimeout: 60_000 });

const worlds = {
  loopback: loopbackWorld,
  "an address in the network": lanWorld,
  "a pinned certificate": tlsWorld(await testCertificate()),
  ...(process.platform === "win32" ? {} : { "a unix socket": unixWorld() }),
};
for (const [name, world] of Object.entries(worlds)) {
  httpTargetContract(name, world);
  httpFaultContract(name, world);
  webSocketTargetContract(name, world);
}

test("a server that listens on ::1 alone is found", { timeout: 40_000 }, async () => {
  const server = createServer((_request, answer) => answer.end("six"));
  const target = loopbackWorld.createTarget(await listen(server, "::1"));
  // A look gives up after two seconds, which a busy machine may need for the address that nobody listens on.
  await expect.poll(() => target.isReachable(), { timeout: 30_000 }).toBe(true);
  expect((await ask(target, { path: "/" }).sent.readHead()).status).toBe(200);
  await target.close();
  server.close();
});
