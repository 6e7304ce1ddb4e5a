/** The STUN responder as peers find it, and what they are told of it. */
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { openSession } from "./viewer.ts";

let installation: Installation;
afterEach(() => installation.end());

const origin = "https://culvert.example";

async function iceServersWith(options: Parameters<typeof Installation.start>[0]) {
  installation = await Installation.start({ stun: true, stunPort: 0, origin, ...options });
  await installation.signIn();
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.connect();
  return (await openSession(installation, machine.serverId)).iceServers;
}

async function askedFrom(address: string): Promise<void> {
  const socket = createSocket("udp4");
  const answered = new Promise<Buffer>((resolve) => socket.once("message", resolve));
  const request = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");
  socket.send(request, installation.server.stunPort, address);
  const answer = await answered;
  // XOR-MAPPED-ADDRESS: port and address are masked by the cookie (RFC 8489 §14.2).
  const masked = answer.readUInt32BE(28) ^ 0x2112a442;
  const octets = [24, 16, 8, 0].map((shift) => (masked >>> shift) & 255);
  expect(octets.join(".")).toBe(address);
  expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
  socket.close();
}

test("is named to both peers of a session, and tells them their address", async () => {
  const iceServers = await iceServersWith({});
  expect(iceServers).toEqual([{ urls: [`stun:culvert.example:${installation.server.stunPort}`] }]);
  await askedFrom("127.0.0.1");
});

test("is there for others too where the HTTP port is this machine's own, behind a proxy", async () => {
  await iceServersWith({ host: "127.0.0.1" });
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const other = others.find(({ family, internal }) => family === "IPv4" && !internal);
  // A machine without any network has no other address to ask from.
  await askedFrom(other?.address ?? "127.0.0.1");
});

test("is named as it is reached from outside, where that was set", async () => {
  const iceServers = await iceServersWith({ stunAdvertise: "198.51.100.4:3479" });
  expect(iceServers).toEqual([{ urls: ["stun:198.51.100.4:3479"] }]);
});

test("is named to nobody where it listens on this machine alone, and the log says what to do", async () => {
  expect(await iceServersWith({ stunHost: "127.0.0.1" })).toEqual([]);
  expect(installation.logLines.join("")).toContain("CULVERT_STUN_HOST");
});

test("another one can be named in its place", async () => {
  const iceServers = await iceServersWith({ stun: false, stunAdvertise: "stun.example:3478" });
  expect(installation.server.stunPort).toBeUndefined();
  expect(iceServers).toEqual([{ urls: ["stun:stun.example:3478"] }]);
});

test("is not opened where the dashboard has a name of this machine", async () => {
  installation = await Installation.start({ stun: true });
  expect(installation.server.stunPort).toBeUndefined();
});
