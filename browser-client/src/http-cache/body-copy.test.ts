import { expect, it } from "vitest";
import { copyBody } from "./body-copy.ts";

/** A body of these chunks; `pulled` counts how many were asked for. */
function body(chunks: readonly (string | Error)[]) {
  const counts = { pulled: 0, cancelled: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[counts.pulled];
        counts.pulled += 1;
        if (chunk === undefined) controller.close();
        else if (chunk instanceof Error) controller.error(chunk);
        else controller.enqueue(new TextEncoder().encode(chunk));
      },
      cancel() {
        counts.cancelled += 1;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, counts };
}

it("passes a body on and keeps a copy of it", async () => {
  const { stream, whole } = copyBody(body(["one ", "two"]).stream, 100);
  expect(await new Response(stream).text()).toBe("one two");
  expect(await (await whole)?.toBlob()?.text()).toBe("one two");
});

it("keeps more than the worker's memory should hold", async () => {
  const part = "x".repeat(700_000);
  const { stream, whole } = copyBody(body([part, part, part]).stream, 10_000_000);
  await new Response(stream).arrayBuffer();
  expect((await whole)?.toBlob()?.size).toBe(2_100_000);
});

it("keeps an empty body", async () => {
  const { stream, whole } = copyBody(body([]).stream, 100);
  expect(await new Response(stream).text()).toBe("");
  expect((await whole)?.toBlob()?.size).toBe(0);
});

it("keeps nothing of a body that breaks, and lets its reader see it", async () => {
  const { stream, whole } = copyBody(body(["one", new TypeError("cut")]).stream, 100);
  await expect(new Response(stream).text()).rejects.toThrow("cut");
  expect(await whole).toBeUndefined();
});

it("keeps nothing of a body that is given up, and gives up its source", async () => {
  const { stream: source, counts } = body(["one", "two"]);
  const { stream, whole } = copyBody(source, 100);
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  expect(await whole).toBeUndefined();
  expect(counts.cancelled).toBe(1);
});

it("keeps nothing of a body that is too long, and passes all of it", async () => {
  const { stream, whole } = copyBody(body(["one ", "two"]).stream, 6);
  expect(await new Response(stream).text()).toBe("one two");
  expect(await whole).toBeUndefined();
});

it("keeps nothing of a body whose reader took a buffer away", async () => {
  const { stream, whole } = copyBody(body(["one", "two"]).stream, 100);
  const reader = stream.getReader();
  const { value } = await reader.read();
  structuredClone(value, { transfer: value === undefined ? [] : [value.buffer] });
  await reader.read();
  await reader.read();
  expect((await whole)?.toBlob()).toBeUndefined();
});

it("asks its source for nothing that its reader has not asked for", async () => {
  const { stream: source, counts } = body(["one", "two", "three"]);
  await copyBody(source, 100).stream.getReader().read();
  expect(counts.pulled).toBe(1);
});
