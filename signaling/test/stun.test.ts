/** The STUN responder as peers find it. */
import { createSocket } from "node:dgram";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { openSession } from "./viewer.ts";

let installation: Installation;
beforeEach(async () => {
  installation = await Installation.start({ stun: true, origin: "https://culvert.example" });
});
afterEach(() => installation.end());

test("is named to both peers of a session, and tells them their address", async () => {
  await installation.signIn();
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.connect();
  const { iceServers } = await openSession(installation, machine.serverId);
  const port = installation.server.stunPort;
  expect(iceServers).toEqual([{ urls: [`stun:culvert.example:${port}`] }]);

  const socket = createSocket("udp4");
  const answered = new Promise<Buffer>((resolve) => socket.once("message", resolve));
  const request = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");
  socket.send(request, port, "127.0.0.1");
  const answer = await answered;
  // XOR-MAPPED-ADDRESS: port and address are masked by the cookie (RFC 8489 §14.2).
  expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
  expect((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
  socket.close();
});

test("behind a proxy on the same machine nobody else reaches it, and the log says what to do", () => {
  expect(installation.logLines.join("")).toContain("--host 0.0.0.0");
});

test("is not opened where the dashboard has a name of this machine", async () => {
  const local = await Installation.start({ stun: true });
  expect(local.server.stunPort).toBeUndefined();
  await local.end();
});
