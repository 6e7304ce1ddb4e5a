/** A relay whose agent is at another node, as the viewer's node holds it. */
import { expect, test } from "vitest";
import { toBusJson } from "../bus/index.ts";
import { RemoteRelay } from "./remote-relay.ts";

const relayId = 7;

function envelope(kind: "01" | "02", bytes: number | bigint): Uint8Array {
  if (typeof bytes === "number") return Buffer.concat([Buffer.from(`${kind}00000007`, "hex"), Buffer.alloc(bytes, 1)]);
  const credit = Buffer.alloc(8);
  credit.writeBigUInt64BE(bytes);
  return Buffer.concat([Buffer.from(`${kind}00000007`, "hex"), credit]);
}

function scene(viewerTakes = true) {
  const [said, published]: [string[], string[]] = [[], []];
  const relay = new RemoteRelay({
    nodeId: "there",
    viewer: {
      tell: (message) => said.push(`tell ${message.type}`),
      sendBytes: (bytes) => {
        if (viewerTakes) said.push(`bytes ${bytes.length}`);
        return viewerTakes;
      },
      leave: (code) => said.push(`leave ${code}`),
      fail: (code) => said.push(`fail ${code}`),
    },
    publish: (data) => published.push(data[0] === 0x7b ? Buffer.from(data).toString("utf8") : `bytes ${data.length}`),
    onEnd: () => said.push("end"),
  });
  return { relay, said, published };
}

test("what the agent sends before the viewer knows that it joined waits, in order", () => {
  const { relay, said, published } = scene();
  relay.receive(envelope("01", 10));
  const joined = relay.joined(relayId);
  relay.receive(toBusJson({ type: "tell", message: { type: "peer-left", code: "closed" } }));
  expect(said).toEqual([]);
  joined.welcome();
  relay.receive(envelope("01", 20));
  expect(said).toEqual(["bytes 15", "tell peer-left", "bytes 25"]);
  expect(published).toEqual([JSON.stringify({ type: "welcomed", relayId })]);
});

test("a viewer puts no more on the bus than the agent has allowed, and more once it has", () => {
  const { relay, said, published } = scene();
  const joined = relay.joined(relayId);
  joined.welcome();
  published.length = 0;
  joined.fromViewer(envelope("01", 32_768));
  joined.fromViewer(envelope("01", 32_768));
  relay.receive(envelope("02", 65_536n + 100n));
  joined.fromViewer(envelope("01", 100));
  expect(published).toEqual(["bytes 32773", "bytes 32773", "bytes 105"]);
  joined.fromViewer(envelope("01", 1));
  expect(published.slice(3)).toEqual([JSON.stringify({ type: "viewer-left", relayId, code: "protocol-error" })]);
  expect(said).toEqual(["bytes 13", "end", "fail protocol-error"]);
});

test.each([
  ["of another relay", Buffer.from("010000000801", "hex")],
  ["of no kind", Buffer.from("090000000701", "hex")],
  ["that is empty", Buffer.alloc(0)],
])("an envelope %s ends it for both", (_, bytes) => {
  const { relay, said, published } = scene();
  relay.joined(relayId).fromViewer(bytes);
  expect(said).toEqual(["end", "fail protocol-error"]);
  expect(published).toEqual([JSON.stringify({ type: "viewer-left", relayId, code: "protocol-error" })]);
});

test("a viewer that does not read, or bytes beyond its credit, end it with the reason", () => {
  const slow = scene(false);
  slow.relay.joined(relayId).welcome();
  slow.relay.receive(envelope("01", 10));
  expect(slow.said).toEqual(["end", "leave limit-reached"]);

  const beyond = scene();
  beyond.relay.joined(relayId).welcome();
  for (let count = 0; count < 3; count += 1) beyond.relay.receive(envelope("01", 32_768));
  expect(beyond.said).toEqual(["bytes 32773", "bytes 32773", "end", "leave path-failed"]);
});

test("its end comes once: by the other node, or because that is gone; nothing follows", () => {
  const { relay, said, published } = scene();
  const joined = relay.joined(relayId);
  joined.welcome();
  relay.receive(toBusJson({ type: "leave", code: "policy" }));
  relay.end("network");
  relay.receive(envelope("01", 10));
  joined.fromViewer(envelope("01", 10));
  joined.viewerLeft("closed");
  expect(said).toEqual(["end", "leave policy"]);
  expect(published.length).toBe(1);
});
