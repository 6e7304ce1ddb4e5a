import { expect, test } from "vitest";
import { bodyStreamOf, memoryBytes, RequestBody } from "./request-body.ts";

const never = () => new Promise<void>(() => {});

async function rest(body: RequestBody): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  for (let bytes = await body.next(); bytes !== undefined; bytes = await body.next()) parts.push(bytes as BlobPart);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

test("a body is known by its size and loses nothing", async () => {
  const body = new RequestBody(new Blob(["hello"]).stream());
  expect(await body.measure(never)).toBe(5);
  expect(new TextDecoder().decode(await rest(body))).toBe("hello");
});

test("an empty body has the size 0", async () => {
  const body = new RequestBody(new Blob([]).stream());
  expect(await body.measure(never)).toBe(0);
  expect(await body.next()).toBeUndefined();
});

test("so is a long one, byte for byte", async () => {
  const bytes = new Uint8Array(3 * memoryBytes + 5).map((_, index) => index * 31);
  const body = new RequestBody(new Blob([bytes]).stream());
  expect(await body.measure(never)).toBe(bytes.length);
  expect(Buffer.compare(await rest(body), bytes)).toBe(0);
});

test("a body that pauses is not waited for, and nothing of it is lost", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  const body = new RequestBody(stream);
  controller?.enqueue(new Uint8Array(3));
  expect(await body.measure(() => new Promise((resolve) => setImmediate(resolve)))).toBeNull();
  controller?.enqueue(new Uint8Array(4));
  controller?.close();
  expect((await rest(body)).length).toBe(7);
});

test("a body that breaks says so", async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("disk")) });
  await expect(new RequestBody(broken).measure(never)).rejects.toThrow("disk");
});

test("a request without body has no stream, one without `body` on Request gives its blob", async () => {
  expect(await bodyStreamOf(new Request("http://x/"))).toBeNull();
  expect(await bodyStreamOf(new Request("http://x/", { method: "POST" }))).toBeNull();
  const firefox = { method: "POST", body: undefined, blob: () => Promise.resolve(new Blob(["ab"])) };
  const stream = await bodyStreamOf(firefox as unknown as Request);
  expect(await new Response(stream).text()).toBe("ab");
});
