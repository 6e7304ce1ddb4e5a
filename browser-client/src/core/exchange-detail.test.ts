import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { detailOf } from "./exchange-detail.ts";
import { KeptExchange } from "./kept-exchange.ts";

function keptWith(headers: [string, string][], body: Uint8Array) {
  const kept = new KeptExchange("GET", "/");
  kept.answered(headers);
  kept.pass("answer", body, true);
  return kept;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

it("masks secrets in headers, bodies and messages", async () => {
  const body = bytesOf('{"password":"hunter2","name":"Ada"}');
  const kept = keptWith(
    [
      ["Set-Cookie", "sid=very-secret; HttpOnly"],
      ["Content-Type", "application/json"],
    ],
    body,
  );
  kept.sent([["Authorization", "Bearer very-secret"]], false);
  kept.frame(
    { direction: "sent", type: "text", sizeBytes: 1, label: "", text: ' {"accessToken":"very-secret"}' },
    5,
    true,
  );
  const detail = await detailOf(3, kept);
  expect(JSON.stringify(detail)).not.toMatch(/very-secret|hunter2/);
  expect(detail).toMatchObject({
    ...{ id: 3, isKept: true, requestHeaders: [["Authorization", "‹masked›"]], requestBody: null },
    answerBody: { text: '{"password":"‹masked›","name":"Ada"}', keptBytes: body.length, sizeBytes: body.length },
    frames: [{ index: 1, afterMs: 5, text: ' {"accessToken":"‹masked›"}' }],
  });
});

it("decompresses what was compressed, and as much as came of what was cut", async () => {
  const text = Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join("\n");
  const zipped = new Uint8Array(gzipSync(text));
  const headers: [string, string][] = [
    ["Content-Encoding", "gzip"],
    ["Content-Type", "text/plain"],
  ];
  expect((await detailOf(1, keptWith(headers, zipped))).answerBody?.text).toBe(text);
  const cut = (await detailOf(1, keptWith(headers, zipped.subarray(0, zipped.length / 2)))).answerBody?.text ?? "";
  expect(cut.length).toBeGreaterThan(1_000);
  expect(text.startsWith(cut)).toBe(true);
});

it("gives bytes where a body is no text, and a text in the charset that was named", async () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2);
  const image = await detailOf(1, keptWith([["Content-Type", "image/png"]], png));
  expect(image.answerBody).toEqual({ text: null, bytes: png, keptBytes: 7, sizeBytes: 7, isEnded: false });
  const latin = keptWith([["Content-Type", "text/plain; charset=iso-8859-1"]], Uint8Array.of(0x67, 0x72, 0xf6, 0xdf));
  expect((await detailOf(1, latin)).answerBody?.text).toBe("größ");
});

it("says where only the line is left", async () => {
  expect(await detailOf(9, undefined)).toMatchObject({ id: 9, isKept: false, frames: [] });
});

it("tells the whole path, masked, and which bodies passed to their end", async () => {
  const path = `/a?token=very-secret&x=${"y".repeat(2_000)}`;
  const kept = new KeptExchange("PUT", path);
  kept.pass("request", bytesOf("half"), true);
  kept.pass("answer", bytesOf("all of it"), true);
  kept.answerBody.end();
  const detail = await detailOf(1, kept);
  expect(detail.path).toBe(path.replace("very-secret", "‹masked›"));
  expect([detail.requestBody?.isEnded, detail.answerBody?.isEnded]).toEqual([false, true]);
});

it("masks the body of an event stream and JSON under any type", async () => {
  const events = keptWith([["Content-Type", "text/event-stream"]], bytesOf('id: 1\ndata: {"token":"very-secret"}\n\n'));
  expect((await detailOf(1, events)).answerBody?.text).toBe('id: 1\ndata: {"token":"‹masked›"}\n\n');
  const plain = keptWith([["Content-Type", "text/plain;charset=UTF-8"]], bytesOf('{"password":"very-secret"}'));
  expect((await detailOf(1, plain)).answerBody?.text).toBe('{"password":"‹masked›"}');
});
