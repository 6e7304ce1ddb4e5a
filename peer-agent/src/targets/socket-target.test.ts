import { createServer } from "node:http";
import { expect, test } from "vitest";
import { ask, listen } from "../testing/asking-viewer.ts";
import { httpFaultContract } from "../testing/http-fault-contract.ts";
import { httpTargetContract } from "../testing/http-target-contract.ts";
import { webSocketTargetContract } from "../testing/websocket-target-contract.ts";
import { createSocketTarget } from "./socket-target.ts";
import { targetAddress } from "./target-address.ts";

const create = (port: number) => createSocketTarget({ address: targetAddress({ type: "loopback", port }, "studio") });

httpTargetContract("loopback", create);
httpFaultContract("loopback", create);
webSocketTargetContract("loopback", create);

test("a server that listens on ::1 alone is found", async () => {
  const server = createServer((_request, answer) => answer.end("six"));
  const target = create(await listen(server, "::1"));
  expect(await target.isReachable()).toBe(true);
  expect((await ask(target, { path: "/" }).sent.readHead()).status).toBe(200);
  await target.close();
  server.close();
});
