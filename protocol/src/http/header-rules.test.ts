import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endToEndHeaders, headerFault } from "./header-rules.ts";
import { headerListSchema, requestHeadSchema, responseHeadSchema } from "./heads.ts";

describe("end-to-end headers", () => {
  it("drops the headers of one connection and those that Connection names, whatever their case", () => {
    const kept = endToEndHeaders([
      ["Host", "localhost"],
      ["connection", "Keep-Alive, X-Hop"],
      ["Connection", "x-other"],
      ["Keep-Alive", "timeout=5"],
      ["x-hop", "1"],
      ["X-Other", "2"],
      ["Transfer-Encoding", "chunked"],
      ["TE", "trailers"],
      ["Trailer", "Expires"],
      ["Upgrade", "h2c"],
      ["Proxy-Authorization", "Basic eA=="],
      ["Proxy-Authenticate", "Basic"],
      ["Proxy-Connection", "close"],
      ["X-Kept", "3"],
    ]);
    expect(kept).toEqual([
      ["Host", "localhost"],
      ["X-Kept", "3"],
    ]);
  });

  it("keeps order, case and duplicates", () => {
    const headers: [string, string][] = [
      ["Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
      ["X-y", ""],
      ["set-cookie", "b=2"],
    ];
    expect(endToEndHeaders(headers)).toEqual(headers);
  });
});

describe("header grammar", () => {
  it.each([
    ["X-Line\r\nInjected", "v"],
    ["", "v"],
    ["with space", "v"],
    ["colon:", "v"],
    ["ünicode", "v"],
    ["X-V", "a\r\nSet-Cookie: b=1"],
    ["X-V", "a\nb"],
    ["X-V", "a\rb"],
    ["X-V", "a\0b"],
    ["X-V", "wide Ā"],
    ["X-V", "ends with a line break\n"],
    ["X-V\n", "v"],
  ])("refuses %j: %j", (name, value) => {
    expect(
      headerFault([
        ["X-First", "1"],
        [name, value],
      ]),
    ).toMatch(/header 2|X-V/);
    expect(headerListSchema.safeParse([[name, value]]).success).toBe(false);
  });

  it.each([
    ["X-V", ""],
    ["X-V", "tab\tand latin-1 \xe4\xff"],
    ["!#$%&'*+.^_`|~09AZaz-", "v"],
  ])("takes %j: %j", (name, value) => {
    expect(headerFault([[name, value]])).toBeNull();
    expect(headerListSchema.safeParse([[name, value]]).success).toBe(true);
  });

  it("never lets a head through that could end a line", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
        const request = { method: `G${text}`, path: `/${text}`, headers: [[`X${text}`, text]], hasBody: false };
        const checked = requestHeadSchema.safeParse(request);
        const answer = responseHeadSchema.safeParse({ status: 200, statusText: text, headers: [] });
        const passed = JSON.stringify([checked.data ?? null, answer.data ?? null]);
        expect(passed).not.toMatch(/\\r|\\n|\\u0000/);
      }),
    );
  });

  it.each(["", "x", "http://host/", "/a b", "/a#b", "/\u00e4", "/a\tb"])("refuses the path %j", (path) => {
    const head = { method: "GET", path, headers: [], hasBody: false };
    expect(requestHeadSchema.safeParse(head).success).toBe(false);
  });

  it.each(["/", "/a/../b?x=%20&y='\"{}|^`[]\\~", "//two"])("takes the path %j as it stands", (path) => {
    expect(requestHeadSchema.parse({ method: "GET", path, headers: [], hasBody: false }).path).toBe(path);
  });
});
