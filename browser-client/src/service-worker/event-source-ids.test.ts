import { expect, test } from "vitest";
import { EventSourceIds } from "./event-source-ids.ts";

const url = "https://x.example/events";

/** The id kept after the stream's text has passed, cut into pieces. */
async function idAfter(text: string, pieceBytes = 1_000): Promise<string | undefined> {
  const ids = new EventSourceIds();
  const bytes = new TextEncoder().encode(text);
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) controller.enqueue(bytes.slice(at, at + pieceBytes));
      controller.close();
    },
  });
  expect(await new Response(ids.follow("client", url, source) as BodyInit).text()).toBe(text);
  return ids.lastFor("client", url);
}

test.each([
  ["id: 7\ndata: x\n\n", "7"],
  ["id:7\r\ndata: x\r\n\r\n", "7"],
  ["id: 7\r\rid: 8\rdata: x\r\r", "8"],
  ["id: 7\n\nid: 8\ndata: cut off", "7"],
  ["id: ä b\n\n", "Ã¤ b"],
  ["id: 7\n\nid\n\n", undefined],
  ["id: 7\n\nid: a\0b\n\n", "7"],
  ["idle: 7\nxid: 8\n: id: 9\ndata: id: 10\n\n", undefined],
  [`id: ${"x".repeat(2_000)}\n\n`, undefined],
  [`data: ${"x".repeat(2_000)}\nid: 7\n\n`, "7"],
])("after %j the last id is %j", async (text, id) => {
  expect(await idAfter(text)).toBe(id);
  expect(await idAfter(text, 1), "a byte at a time").toBe(id);
});

test("a stream that the page closes leaves no id, one that breaks does", async () => {
  const ids = new EventSourceIds();
  const source = (end: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("id: 7\n\n")),
      pull: end,
    });
  const broken = ids
    .follow(
      "client",
      url,
      source((controller) => controller.error(new TypeError("cut"))),
    )
    .getReader();
  await broken.read();
  expect(await broken.read(), "an error would end the event source for good").toMatchObject({ done: true });
  expect(ids.lastFor("client", url)).toBe("7");
  expect(ids.lastFor("other client", url)).toBeUndefined();

  const closed = ids
    .follow(
      "client",
      url,
      source(() => {}),
    )
    .getReader();
  await closed.read();
  await closed.cancel();
  expect(ids.lastFor("client", url)).toBeUndefined();
});

test("a bounded number of ids is kept", async () => {
  const ids = new EventSourceIds();
  for (let client = 0; client < 300; client += 1) {
    const stream = new Blob(["id: 1\n\n"]).stream();
    await new Response(ids.follow(`${client}`, url, stream) as BodyInit).text();
  }
  expect(ids.lastFor("0", url)).toBeUndefined();
  expect(ids.lastFor("299", url)).toBe("1");
});
