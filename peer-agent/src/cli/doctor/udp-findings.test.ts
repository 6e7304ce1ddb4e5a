import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { classes, Message, methods, parseMessage } from "werift";
import { probeStun } from "./stun-probe.ts";
import { placeOf, stunFindings, stunServersOf, turnFinding } from "./udp-findings.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A STUN server on this machine that sees everybody at one address. */
async function stunServer(mapped: readonly [string, number] | undefined) {
  const socket = createSocket("udp4");
  socket.on("message", (datagram, { address, port }) => {
    const request = parseMessage(datagram);
    if (request === undefined) return;
    const answer = new Message(methods.BINDING, classes.RESPONSE, request.transactionId);
    answer.setAttribute("XOR-MAPPED-ADDRESS", mapped ?? [address, port]);
    socket.send(answer.bytes, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  return { host: "127.0.0.1", port: socket.address().port };
}

test("a server that sees this machine's own address shows that there is no NAT", async () => {
  const probe = await probeStun([await stunServer(undefined)]);
  expect(probe.answers[0]?.mapped).toEqual({ address: "127.0.0.1", port: probe.localPort });
  expect(stunFindings(probe).at(-1)).toMatchObject({
    check: "nat",
    state: "fine",
    seen: expect.stringContaining("none"),
  });
});

test.each([
  [["203.0.113.7", 4000], ["203.0.113.7", 4000], "fine", "keeps its mapping"],
  [["203.0.113.7", 4000], ["203.0.113.7", 4001], "doubtful", "symmetric"],
] as const)("two servers that see %j and %j tell the kind of NAT", async (one, other, state, words) => {
  const findings = stunFindings(await probeStun([await stunServer(one), await stunServer(other)]));
  expect(findings.at(-1)).toMatchObject({ check: "nat", state, seen: expect.stringContaining(words) });
});

test("a server that does not answer is told, with what that means", () => {
  const server = { host: "stun.example", port: 3478 };
  const answers = [{ server, mapped: undefined, fault: "no answer over UDP" }];
  expect(stunFindings({ localPort: 1, localAddresses: [], answers })).toEqual([
    {
      ...{ check: "stun stun.example:3478", state: "wrong", seen: "no answer over UDP" },
      todo: "Let UDP out to it; without, direct paths come up within this network alone.",
    },
  ]);
});

test.each([
  ["turn:a.example", { host: "a.example", port: 3478, transport: "udp" }],
  ["turn:a.example:80?transport=tcp", { host: "a.example", port: 80, transport: "tcp" }],
  ["turns:[::1]?transport=tcp", { host: "::1", port: 5349, transport: "tls" }],
  ["stun:a.example", undefined],
])("%s leads to %j", (url, place) => {
  expect(placeOf(url)).toEqual(place);
});

test("a TURN server that refuses is told apart from a session that does not say how to use it", async () => {
  const socket = createSocket("udp4");
  socket.on("message", (datagram, { address, port }) => {
    const request = parseMessage(datagram);
    if (request === undefined) return;
    const answer = new Message(request.messageMethod, classes.ERROR, request.transactionId);
    answer.setAttribute("ERROR-CODE", [403, "Forbidden"]);
    socket.send(answer.bytes, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  const url = `turn:127.0.0.1:${socket.address().port}`;
  const server = { urls: [url], username: "viewer", credential: "wrong" };
  expect(await turnFinding(server, url)).toMatchObject({ state: "wrong", seen: "refuses the session's credentials" });
  expect(await turnFinding({ urls: [url] }, url)).toMatchObject({ state: "skipped" });
});

test("STUN servers are taken from what a session names", () => {
  expect(stunServersOf([{ urls: ["stun:a.example:1", "turn:b.example"] }, { urls: ["stun:[::1]"] }])).toEqual([
    { host: "a.example", port: 1 },
    { host: "::1", port: 3478 },
  ]);
});
