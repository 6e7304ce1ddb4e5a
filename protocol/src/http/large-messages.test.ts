/** Large messages of many streams share one room: their sum is bounded, and each still arrives. */
import { expect, it } from "vitest";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { MessageRoom } from "../endpoint/message-room.ts";
import { RecordReader } from "./record-reader.ts";

const messageBytes = 200_000;
/** A binary record's header: its type, then 200,000 as a varint of four bytes. */
const header = Uint8Array.of(0x12, 0x80, 0x03, 0x0d, 0x40);

/** A stream that brings large messages without end and counts the bytes that were read. */
function largeMessages(messageRoom: MessageRoom) {
  const over = Promise.withResolvers<void>();
  let isHeader = false;
  const counted = { bytes: 0 };
  const stream: ByteStream = {
    id: 2,
    kind: "websocket",
    messageRoom,
    read: async () => {
      isHeader = !isHeader;
      const run = isHeader ? header : new Uint8Array(messageBytes);
      counted.bytes += run.length;
      return run;
    },
    write: async () => {},
    end: () => {},
    reset: () => over.reject(new Error("reset")),
    stop: () => {},
    acknowledgedBytes: () => 0,
    closed: over.promise,
  };
  return { stream, counted, records: new RecordReader(stream, ["binary"]) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await null;
}

it("reads no further message than the tunnel has room for, until one was taken", async () => {
  const room = new MessageRoom(2 * messageBytes);
  const streams = [largeMessages(room), largeMessages(room), largeMessages(room)];
  const reads = streams.map(({ records }) => records.next());
  await settle();
  expect(streams.map(({ counted }) => counted.bytes)).toEqual([200_005, 200_005, 5]);

  await reads[0];
  void streams[0]?.records.next();
  expect((await reads[2])?.bytes.length).toBe(messageBytes);
  await settle();
  expect(streams[0]?.counted.bytes, "who was served waits behind the others").toBe(200_010);
});

it("gives the room of a stream that is over to the others", async () => {
  const room = new MessageRoom(messageBytes);
  const [first, second] = [largeMessages(room), largeMessages(room)];
  await first.records.next();
  const waiting = second.records.next();
  await settle();
  expect(second.counted.bytes).toBe(5);
  first.stream.reset("canceled");
  expect((await waiting)?.bytes.length).toBe(messageBytes);
});
