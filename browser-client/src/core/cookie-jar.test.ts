import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CookieChange, ServiceCookies } from "./cookie-jar.ts";

const appHost = "shop-abc.culvert.localhost";

describe("ServiceCookies", () => {
  let cookies: ServiceCookies;
  beforeEach(() => {
    cookies = new ServiceCookies(appHost);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("sends every cookie of a response that sets several, one with a comma in Expires", () => {
    cookies.takeResponse(["a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/", "b=2; Path=/"], "/login");
    expect(cookies.headerFor("/any", "strict")).toBe("a=1; b=2");
  });

  it("keeps equals signs of base64 values", () => {
    cookies.takeResponse(["session=YWJjZA==; Path=/"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("session=YWJjZA==");
  });

  it("sends HttpOnly cookies but never shows them to script", () => {
    cookies.takeResponse(["id=secret; HttpOnly; Path=/", "theme=dark; Path=/"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("id=secret; theme=dark");
    expect(cookies.documentCookies("/")).toBe("theme=dark");
  });

  it("does not let script make or replace an HttpOnly cookie", () => {
    cookies.takeResponse(["id=secret; HttpOnly; Path=/"], "/");
    cookies.takeScript("id=forged; Path=/", "/");
    cookies.takeScript("other=1; HttpOnly; Path=/", "/");
    expect(cookies.headerFor("/", "strict")).toBe("id=secret");
  });

  it("carries letters beyond ASCII as UTF-8, whoever set them", () => {
    cookies.takeScript("name=Zoë; path=/", "/");
    cookies.takeResponse(["city=K\xc3\xb6ln; Path=/"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("name=Zo\xc3\xab; city=K\xc3\xb6ln");
    expect(cookies.documentCookies("/")).toBe("name=Zoë; city=Köln");
  });

  it("takes Secure cookies and prefixes, as a browser does on a loopback address", () => {
    cookies.takeResponse(["a=1; Secure; Path=/", "__Host-b=2; Secure; Path=/", "__Secure-c=3; Secure; Path=/"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("a=1; __Host-b=2; __Secure-c=3");
  });

  it("refuses prefixed cookies that break their prefix's rule", () => {
    cookies.takeResponse(["__Secure-a=1; Path=/", "__Host-b=2; Secure; Path=/; Domain=localhost"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("");
  });

  it.each(["localhost", ".localhost", "127.0.0.1", appHost])("reads Domain=%s as this host", (domain) => {
    cookies.takeResponse([`a=1; Domain=${domain}; Path=/`], "/");
    expect(cookies.headerFor("/", "strict")).toBe("a=1");
  });

  it.each(["culvert.localhost", "example.com", "invalid", "app.invalid"])("refuses Domain=%s", (domain) => {
    cookies.takeResponse([`a=1; Domain=${domain}; Path=/`], "/");
    expect(cookies.headerFor("/", "strict")).toBe("");
  });

  it("scopes cookies to paths, with the directory of the request as default", () => {
    cookies.takeResponse(["deep=1", "admin=1; Path=/admin"], "/shop/cart");
    expect(cookies.headerFor("/shop/list", "strict")).toBe("deep=1");
    expect(cookies.headerFor("/admin/x?y=1", "strict")).toBe("admin=1");
    expect(cookies.headerFor("/administrator", "strict")).toBe("");
  });

  it("deletes by a past Expires or Max-Age=0", () => {
    cookies.takeResponse(["a=1; Path=/", "b=2; Path=/"], "/");
    cookies.takeResponse(["a=; Max-Age=0; Path=/"], "/");
    cookies.takeScript("b=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/", "/");
    expect(cookies.headerFor("/", "strict")).toBe("");
  });

  it("counts Max-Age from when it was set, however often it is read", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    cookies.takeResponse(["a=1; Max-Age=60; Path=/"], "/");
    vi.setSystemTime(1_000_000 + 59_000);
    expect(cookies.headerFor("/", "strict")).toBe("a=1");
    vi.setSystemTime(1_000_000 + 61_000);
    expect(cookies.headerFor("/", "strict")).toBe("");
  });

  it("withholds Strict from cross-site navigations, and Lax too from unsafe ones", () => {
    cookies.takeResponse(["s=1; SameSite=Strict", "l=1; SameSite=Lax", "d=1", "n=1; SameSite=None; Secure"], "/");
    expect(cookies.headerFor("/", "strict")).toBe("s=1; l=1; d=1; n=1");
    expect(cookies.headerFor("/", "lax")).toBe("l=1; d=1; n=1");
    expect(cookies.headerFor("/", "none")).toBe("n=1");
  });

  it("ignores cookies beyond the size that browsers take, and evicts the oldest beyond their number", () => {
    cookies.takeResponse([`big=${"x".repeat(5_000)}`], "/");
    expect(cookies.headerFor("/", "strict")).toBe("");
    for (let index = 0; index < 200; index += 1) cookies.takeResponse([`c${index}=1; Path=/`], "/");
    expect(cookies.headerFor("/", "strict").split("; ")).toHaveLength(180);
  });

  it("tells changes, which make an equal jar elsewhere", () => {
    const changes: CookieChange[] = [];
    cookies.onChange((batch) => changes.push(...structuredClone(batch)));
    cookies.takeResponse(["a=1; Path=/; HttpOnly", "b=2; Path=/", "c=3; Path=/x"], "/");
    cookies.takeScript("b=; Max-Age=0; Path=/", "/");
    const other = new ServiceCookies(appHost);
    other.apply(changes);
    expect(other.headerFor("/x", "strict")).toBe("c=3; a=1");
    expect(other.documentCookies("/")).toBe("");
  });

  it("clears everything and says so", () => {
    cookies.takeResponse(["a=1; Path=/", "b=2; Path=/deep"], "/");
    const names: string[] = [];
    cookies.onChange((batch) => names.push(...batch.map(({ name }) => name)));
    cookies.clear();
    expect(names.sort()).toEqual(["a", "b"]);
    expect(cookies.headerFor("/deep", "strict")).toBe("");
  });
});
