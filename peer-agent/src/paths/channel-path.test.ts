import { expect, test } from "vitest";
import { ChannelPath } from "./channel-path.ts";

function openPath() {
  const sent: Uint8Array[] = [];
  const log: string[] = [];
  let refuses = false;
  const path = new ChannelPath({
    kind: () => "direct",
    maxMessageBytes: 16_384,
    queueBytes: 64,
    channel: {
      copiesMessages: true,
      bufferedBytes: () => 7,
      send: (message) => {
        if (refuses) throw new Error("full");
        sent.push(message);
      },
      release: () => log.push("released"),
    },
  });
  const attach = () =>
    path.attach({
      onMessage: (message) => log.push(`message ${message.length}`),
      onDrain: () => log.push("drain"),
      onClose: (code, reason) => log.push(`close ${code}: ${reason}`),
    });
  return { path, sent, log, attach, refuse: () => (refuses = true) };
}

test("messages that came before attach are delivered first, then the loss", () => {
  const { path, log, attach } = openPath();
  path.receive(new Uint8Array(1));
  path.receive(new Uint8Array(2));
  path.lost("network", "gone");
  attach();
  expect(log).toEqual(["released", "message 1", "message 2", "close network: gone"]);
});

test("after close nothing is emitted, sent or released again", () => {
  const { path, log, sent, attach } = openPath();
  attach();
  path.close("closed", "done");
  path.close("closed", "again");
  path.receive(new Uint8Array(1));
  path.drained();
  path.lost("network", "late");
  path.send(new Uint8Array(1));
  expect(log).toEqual(["released"]);
  expect(sent).toEqual([]);
  expect(path.bufferedBytes()).toBe(0);
});

test("a message beyond the channel's size is refused and the path lives", () => {
  const { path, log, sent, attach } = openPath();
  attach();
  expect(() => path.send(new Uint8Array(16_385))).toThrow("longer than the channel's 16384");
  path.send(new Uint8Array(16_384));
  expect(sent.length).toBe(1);
  expect(log).toEqual([]);
});

test("a channel that refuses a message is a lost path", () => {
  const { path, log, attach, refuse } = openPath();
  attach();
  refuse();
  path.send(new Uint8Array(1));
  expect(log).toEqual(["released", "close path-failed: the channel refused a message: Error: full"]);
});

test("a text message breaks the protocol", () => {
  const { path, log, attach } = openPath();
  attach();
  path.receive("hello");
  expect(log).toEqual(["released", "close protocol-error: a text message on a binary channel"]);
});

test("a peer that floods a path that nobody took loses it", () => {
  const { path, log } = openPath();
  for (let count = 0; count < 65; count++) path.receive(new Uint8Array(16_384));
  expect(log).toEqual(["released"]);
});
