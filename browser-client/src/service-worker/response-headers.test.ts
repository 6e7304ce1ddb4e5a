import type { HeaderList } from "@culvert/protocol/http";
import { expect, test } from "vitest";
import { type HeaderContext, responseHeaders } from "./response-headers.ts";

const context: HeaderContext = {
  isDocument: true,
  dashboardOrigin: "https://culvert.example",
  shimUrl: undefined,
  freshNonce: "fresh",
  loopbackPort: 0,
  isDecoded: false,
  keepsLength: true,
};
const own = "frame-ancestors 'self' https://culvert.example; object-src blob: data:";

function rewritten(list: HeaderList, change: Partial<HeaderContext> = {}): Record<string, string> {
  return Object.fromEntries(responseHeaders(list, { ...context, ...change }).headers);
}

test("what speaks for the whole host is dropped, in any case", () => {
  const list: HeaderList = [
    ["Strict-Transport-Security", "max-age=1"],
    ["Alt-Svc", "h3"],
    ["NEL", "{}"],
    ["Report-To", "{}"],
    ["Clear-Site-Data", '"*"'],
    ["Set-Cookie", "a=1"],
    ["Connection", "keep-alive"],
    ["Transfer-Encoding", "chunked"],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
  ];
  expect(rewritten(list, { isDocument: false })).toEqual({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
});

test("a document may be framed by itself and the dashboard, whatever the app says", () => {
  const list: HeaderList = [
    ["X-Frame-Options", "DENY"],
    ["Content-Security-Policy", "frame-ancestors 'none'"],
    ["Content-Security-Policy", "img-src *; frame-ancestors https://other.example; upgrade-insecure-requests"],
  ];
  expect(rewritten(list)).toEqual({ "content-security-policy": `img-src *, ${own}` });
});

test("what is no document keeps its policy, which workers obey", () => {
  const list: HeaderList = [["Content-Security-Policy", "connect-src 'self'; frame-ancestors 'none'"]];
  expect(rewritten(list, { isDocument: false })).toEqual({
    "content-security-policy": "connect-src 'self'; frame-ancestors 'none'",
  });
});

test("the shim is let in, with a nonce where one is asked for", () => {
  const list: HeaderList = [["Content-Security-Policy", "script-src 'strict-dynamic' 'nonce-app'"]];
  const { headers, nonce } = responseHeaders(list, { ...context, shimUrl: "https://x.example/.culvert/shim.js" });
  expect(nonce).toBe("app");
  expect(headers.get("content-security-policy")).toBe(`script-src 'strict-dynamic' 'nonce-app', ${own}`);
});

test("coding and length stand only while they are true", () => {
  const list: HeaderList = [
    ["Content-Encoding", "gzip"],
    ["Content-Length", "10"],
  ];
  const plain = { isDocument: false };
  expect(rewritten(list, plain)).toEqual({ "content-encoding": "gzip", "content-length": "10" });
  expect(rewritten(list, { ...plain, isDecoded: true, keepsLength: false })).toEqual({});
});

test("a header that no browser takes is left out, the others stay", () => {
  const list: HeaderList = [
    ["bad name", "x"],
    ["x-good", "y"],
    ["x-bad", "line\nbreak"],
  ];
  expect(rewritten(list, { isDocument: false })).toEqual({ "x-good": "y" });
});
