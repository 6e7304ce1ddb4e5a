import { expect, test } from "vitest";
import { bodyStreamOf, peekBytes, RequestBody } from "./request-body.ts";

const never = new Promise<void>(() => {});

async function rest(body: RequestBody): Promise<number> {
  let size = 0;
  for (let bytes = await body.next(); bytes !== undefined; bytes = await body.next()) size += bytes.length;
  return size;
}

test("a short body is known by its size and loses nothing", async () => {
  const body = new RequestBody(new Blob(["hello"]).stream());
  expect(await body.peek(never)).toBe(5);
  expect(await rest(body)).toBe(5);
});

test("an empty body has the size 0", async () => {
  expect(await new RequestBody(new Blob([]).stream()).peek(never)).toBe(0);
});

test("a long body is read ahead only so far, and its size is not told", async () => {
  const body = new RequestBody(new Blob([new Uint8Array(peekBytes + 5)]).stream());
  expect(await body.peek(never)).toBeNull();
  expect(await rest(body)).toBe(peekBytes + 5);
});

test("a body that pauses is not waited for, and what comes later is not lost", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  const body = new RequestBody(stream);
  controller?.enqueue(new Uint8Array(3));
  expect(await body.peek(new Promise((resolve) => setImmediate(resolve)))).toBeNull();
  controller?.enqueue(new Uint8Array(4));
  controller?.close();
  expect(await rest(body)).toBe(7);
});

test("a request without body has no stream, one without `body` on Request gives its blob", async () => {
  expect(await bodyStreamOf(new Request("http://x/"))).toBeNull();
  expect(await bodyStreamOf(new Request("http://x/", { method: "POST" }))).toBeNull();
  const firefox = { method: "POST", body: undefined, blob: () => Promise.resolve(new Blob(["ab"])) };
  const stream = await bodyStreamOf(firefox as unknown as Request);
  expect(await new Response(stream).text()).toBe("ab");
});
