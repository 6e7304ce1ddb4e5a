import { pathContract } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { createRelayPath, type RelayPath, relayIdOf } from "./relay-path.ts";

/** Two sides of one relay, joined in memory; `flush` lets what was sent leave. */
function joined() {
  const log: string[] = [];
  const waiting: (() => void)[] = [];
  const sides: RelayPath[] = [];
  const side = (other: number) =>
    createRelayPath({
      relayId: 7,
      socket: {
        send(envelope, onFlushed) {
          waiting.push(() => {
            sides[other]?.receive(envelope);
            onFlushed();
          });
        },
      },
      onRelease: (code) => {
        log.push(`released ${code}`);
        waiting.push(() => sides[other]?.path.lost(code, "the other side left"));
      },
    });
  const one = side(1);
  const two = side(0);
  sides.push(one, two);
  const flush = () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
  };
  const attach = (relay: RelayPath, name: string, takes = true) =>
    relay.path.attach({
      onMessage: (message) => {
        log.push(`${name} got ${message.length}`);
        if (takes) relay.path.taken(message.length);
      },
      onDrain: () => log.push(`${name} drained`),
      onClose: (code, reason) => log.push(`${name} lost ${code}: ${reason}`),
    });
  return { one, two, log, flush, attach, waiting };
}

test.each(pathContract)("keeps the path contract: $name", async (check) => {
  const { one, two, flush } = joined();
  await check.run({ first: one.path, second: two.path, settle: async () => flush() });
});

test("an envelope is kind, relay and message", () => {
  const sent: Uint8Array[] = [];
  const { path } = createRelayPath({
    relayId: 0x01020304,
    socket: { send: (envelope) => void sent.push(envelope) },
    onRelease: () => {},
  });
  path.send(new Uint8Array([9, 8]));
  expect(sent.map((envelope) => Buffer.from(envelope).toString("hex"))).toEqual(["01010203040908"]);
  expect(relayIdOf(sent[0] ?? new Uint8Array())).toBe(0x01020304);
});

test("a sender waits for credit at 64 KiB and goes on when the other side has taken half", () => {
  const { one, two, log, flush, attach, waiting } = joined();
  attach(two, "two");
  attach(one, "one");
  for (let count = 0; count < 4; count++) one.path.send(new Uint8Array(32_768));
  expect(waiting.length).toBe(2);
  expect(one.path.bufferedBytes()).toBe(131_072);
  flush();
  expect(log.filter((line) => line === "two got 32768").length).toBe(4);
  expect(log).toContain("one drained");
  expect(one.path.bufferedBytes()).toBe(0);
});

test("what was delivered and not taken, as a message that is being opened, gives no credit", () => {
  const { one, two, log, flush, attach } = joined();
  attach(two, "two", false);
  attach(one, "one");
  for (let count = 0; count < 4; count++) one.path.send(new Uint8Array(32_768));
  flush();
  expect(log.filter((line) => line === "two got 32768").length).toBe(2);
  two.path.taken(32_768);
  flush();
  expect(log.filter((line) => line === "two got 32768").length).toBe(3);
});

test("a sender beyond its credit loses the relay", () => {
  const { two, log, attach } = joined();
  attach(two, "two");
  const envelope = new Uint8Array(5 + 32_769);
  envelope[0] = 1;
  envelope[4] = 7;
  two.receive(envelope);
  two.receive(envelope);
  expect(log.slice(0, 1)).toEqual(["two got 32769"]);
  const flood = new Uint8Array(5 + 200_000);
  flood.set(envelope.subarray(0, 5));
  two.receive(flood);
  expect(log.at(-1)).toBe("two lost protocol-error: the other side sent beyond the relay's credit");
});

test.each(["", "03000000070000", "0200000007000000", "0100000007"])("%s is no envelope", (hex) => {
  const { two, log, attach } = joined();
  attach(two, "two");
  two.receive(Buffer.from(hex, "hex"));
  expect(log.at(-1)).toBe("two lost protocol-error: bytes that are no relay envelope");
});

test("closing releases the relay once, with the code", () => {
  const { one, log, attach } = joined();
  attach(one, "one");
  one.path.close("canceled", "enough");
  one.path.close("canceled", "enough");
  expect(log).toEqual(["released canceled"]);
});
