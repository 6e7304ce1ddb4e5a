import { describe, expect, it } from "vitest";
import { mapAppToOrigin, mapOriginToApp } from "./app-header-urls.ts";

const target = ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"];
const app = "https://notes-abc.culvert.example";

const toApp = (name: string, value: string): string | undefined => mapOriginToApp([[name, value]], target)[0]?.[1];
const toOrigin = (name: string, value: string): string | undefined => mapAppToOrigin([[name, value]], app)[0]?.[1];

describe("addresses of the app in headers", () => {
  it.each([
    ["Origin", "http://localhost:3000", "app:", app],
    ["Referer", "http://localhost:3000/a?b=1", "app:/a?b=1", `${app}/a?b=1`],
    ["Location", "http://127.0.0.1:3000/login?next=/x#y", "app:/login?next=/x#y", `${app}/login?next=/x#y`],
    ["Location", "HTTP://LocalHost:3000/Case", "app:/Case", `${app}/Case`],
    ["Location", "//localhost:3000/scheme-relative", "app:/scheme-relative", `${app}/scheme-relative`],
    ["Location", "http://localhost:3000", "app:/", `${app}/`],
    ["Location", "http://localhost:3000?q", "app:/?q", `${app}/?q`],
    ["content-location", "http://[::1]:3000/doc", "app:/doc", `${app}/doc`],
    ["Refresh", "5; url=http://localhost:3000/later", "5; url=app:/later", `5; url=${app}/later`],
    ["Refresh", "0;URL='http://localhost:3000/q'; x", "0;URL='app:/q'; x", `0;URL='${app}/q'; x`],
    ["Refresh", "3, http://localhost:3000/bare", "3, app:/bare", `3, ${app}/bare`],
    [
      "Link",
      '<http://localhost:3000/a.css>; rel=preload, </b.js>; rel=preload, <https://cdn.example/c>; rel="next"',
      '<app:/a.css>; rel=preload, </b.js>; rel=preload, <https://cdn.example/c>; rel="next"',
      `<${app}/a.css>; rel=preload, </b.js>; rel=preload, <https://cdn.example/c>; rel="next"`,
    ],
  ])("%s: %s", (name, atTarget, onWire, atApp) => {
    expect(toApp(name, atTarget)).toBe(onWire);
    expect(toOrigin(name, onWire)).toBe(atApp);
  });

  it.each([
    ["Location", "/relative?next=http://localhost:3000/x"],
    ["Location", "https://login.example/?redirect_uri=http://localhost:3000/cb"],
    ["Location", "http://localhost:30000/other-port"],
    ["Location", "http://localhost:3000.evil.example/"],
    ["Location", "http://localhost:3000@evil.example/"],
    ["Location", "https://localhost:3000/other-scheme"],
    ["Origin", "http://localhost:3000/"],
    ["Origin", "null"],
    ["Refresh", "5"],
    ["X-Link", "http://localhost:3000/not-an-address-header"],
    ["Set-Cookie", "next=http://localhost:3000/"],
  ])("leaves %s: %s as it is", (name, value) => {
    expect(toApp(name, value)).toBe(value);
  });

  it.each([
    ["Location", "application:/x"],
    ["Location", "app:other"],
    ["Location", "/x?next=app:/y"],
    ["Origin", "app:/"],
    ["X-Other", "app:/x"],
  ])("puts no origin into %s: %s", (name, value) => {
    expect(toOrigin(name, value)).toBe(value);
  });

  it("keeps order, names and duplicates", () => {
    const headers: [string, string][] = [
      ["LINK", "<app:/a>"],
      ["X", "1"],
      ["link", "<app:/b>"],
    ];
    expect(mapAppToOrigin(headers, app)).toEqual([
      ["LINK", `<${app}/a>`],
      ["X", "1"],
      ["link", `<${app}/b>`],
    ]);
  });
});
