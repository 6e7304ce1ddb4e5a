import { describe, expect, it } from "vitest";
import { splitResponse } from "./response-headers.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";
const split = (headers: [string, string][]) => splitResponse({ status: 200, statusText: "OK", headers }, appOrigin);

describe("splitResponse", () => {
  it("keeps Set-Cookie from the app origin, in order", () => {
    const { headers, setCookies } = split([
      ["Set-Cookie", "a=1"],
      ["Content-Type", "text/plain"],
      ["set-cookie", "b=2"],
    ]);
    expect(headers).toEqual([["Content-Type", "text/plain"]]);
    expect(setCookies).toEqual(["a=1", "b=2"]);
  });

  it.each([
    ["Location", "app:/next?x=1", `${appOrigin}/next?x=1`],
    ["Location", "https://other.example/", "https://other.example/"],
    ["Location", "relative", "relative"],
    ["Content-Location", "app:/me", `${appOrigin}/me`],
    ["Refresh", "0; url=app:/later", `0; url=${appOrigin}/later`],
    ["Refresh", "5;URL='app:/later'", `5;URL='${appOrigin}/later'`],
    ["Link", "<app:/a.css>; rel=preload, <app:/b.js>", `<${appOrigin}/a.css>; rel=preload, <${appOrigin}/b.js>`],
    ["Location", "app:?page=2", `${appOrigin}/?page=2`],
    ["Location", "app://evil.example/", `${appOrigin}//evil.example/`],
    ["Location", "app:.evil.example/", "app:.evil.example/"],
    ["Link", "< app:/a.css >; rel=preload", `<${appOrigin}/a.css>; rel=preload`],
    ["X-Note", "app:/unmapped", "app:/unmapped"],
  ])("maps %s %s", (name, value, expected) => {
    expect(split([[name, value]]).headers).toEqual([[name, expected]]);
  });

  it.each([
    ['"cookies"', true],
    ['"*"', true],
    ['"cache"', false],
  ])("reads Clear-Site-Data %s", (value, expected) => {
    expect(split([["Clear-Site-Data", value]]).clearsCookies).toBe(expected);
  });
});
