import { expect, it } from "vitest";
import { cacheRequestOf } from "./cache-request.ts";

const identity = { userAgent: "browser", languages: ["de", "en"] };

it.each([
  ["another method", { method: "POST" }],
  ["HEAD", { method: "HEAD" }],
  ["cache mode no-store", { cache: "no-store" }],
  ["a range", { headers: { range: "bytes=0-1" } }],
  ["an event source", { headers: { accept: "text/event-stream" } }],
  ["a condition of its own", { headers: { "if-none-match": '"1"' } }],
  ["a date of its own", { headers: { "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT" } }],
] as const)("leaves %s to the app", (_name, init) => {
  expect(cacheRequestOf(new Request("https://app/a", init as RequestInit), "https://app/a", identity)).toBeUndefined();
});

it("knows its address, and what servers vary by", () => {
  const request = new Request("http://localhost:3000/a?b#c", { headers: { "x-kind": "1" }, credentials: "omit" });
  expect(cacheRequestOf(request, "https://app/a?b", identity)).toMatchObject({
    url: "https://app/a?b",
    mode: "default",
    headers: { "x-kind": "1", "accept-language": "de,en", "user-agent": "browser", "sec-fetch-mode": "cors" },
    isAnonymous: true,
  });
});
