/** Cookies of others on the dashboard's host, and how they go. */
import { describe, expect, test } from "vitest";
import { cookieNamesOf } from "../accounts/cookie-names.ts";
import { expiredHostCookies, expiredParentCookies } from "./parent-cookies.ts";

const origin = new URL("http://culvert.localhost:4000");
const names = cookieNamesOf(origin);
const expired = (cookie: string | undefined, path = "/") => expiredParentCookies(cookie, path, origin, names);

test("our own cookies stay", () => {
  expect(expired("culvert.session_token=a.b; culvert.dont_remember=1")).toEqual([]);
  expect(expired(undefined)).toEqual([]);
});

test("a foreign cookie is expired once, however often it comes", () => {
  expect(expired("theme=dark; theme=light")).toEqual(["theme=; Domain=culvert.localhost; Path=/; Max-Age=0"]);
});

test("a second one under our name is expired as a sibling set it, which leaves ours", () => {
  expect(expired("culvert.session_token=planted; culvert.session_token=a.b")).toEqual([
    "culvert.session_token=; Domain=culvert.localhost; Path=/; Max-Age=0",
  ]);
});

test("names and folders that could break a header line are left out", () => {
  expect(expired('a b=1; "x"=2; é=3; =4')).toEqual([]);
  expect(expired("a=1", "/ok/%0d%0aSet-Cookie:x/y").map((line) => /Path=([^;]*)/.exec(line)?.[1])).toEqual([
    "/",
    "/ok",
    "/ok/",
  ]);
});

test("one answer expires 200 at most", () => {
  const bomb = Array.from({ length: 300 }, (_, index) => `c${index}=1`).join("; ");
  expect(expired(bomb)).toHaveLength(200);
});

describe("where apps are ports of the dashboard's host", () => {
  const healed = (cookie: string | undefined, path = "/") => expiredHostCookies(cookie, path, origin, names);

  test("cookies of other programs there stay", () => {
    expect(healed("theme=dark; jupyter=1; culvert.session_token=a.b")).toEqual([]);
  });

  test("a second one under our name goes wherever it was planted, and ours, at the root of this host, stays", () => {
    expect(healed("culvert.session_token=planted; culvert.session_token=a.b", "/api/account").toSorted()).toEqual([
      "culvert.session_token=; Domain=culvert.localhost; Path=/; Max-Age=0",
      "culvert.session_token=; Domain=culvert.localhost; Path=/api/; Max-Age=0",
      "culvert.session_token=; Domain=culvert.localhost; Path=/api/account/; Max-Age=0",
      "culvert.session_token=; Domain=culvert.localhost; Path=/api/account; Max-Age=0",
      "culvert.session_token=; Domain=culvert.localhost; Path=/api; Max-Age=0",
      "culvert.session_token=; Path=/api/; Max-Age=0",
      "culvert.session_token=; Path=/api/account/; Max-Age=0",
      "culvert.session_token=; Path=/api/account; Max-Age=0",
      "culvert.session_token=; Path=/api; Max-Age=0",
    ]);
  });

  test.each(["http://localhost:4000", "https://192.0.2.7", "https://[::1]"])("at %s no line names a domain", (text) => {
    const twice = "culvert.session_token=planted; culvert.session_token=a.b";
    const lines = expiredHostCookies(twice, "/api", new URL(text), names);
    expect(lines).toEqual([
      "culvert.session_token=; Path=/api; Max-Age=0",
      "culvert.session_token=; Path=/api/; Max-Age=0",
    ]);
  });

  test("beyond 32 KiB all that are not ours go, for this host and for those below it", () => {
    const bomb = Array.from({ length: 40 }, (_, index) => `c${index}=${"x".repeat(1000)}`).join("; ");
    const lines = healed(`culvert.session_token=a.b; ${bomb}`);
    expect(lines).toHaveLength(80);
    expect(lines.slice(0, 2)).toEqual(["c0=; Path=/; Max-Age=0", "c0=; Domain=culvert.localhost; Path=/; Max-Age=0"]);
    expect(lines.join()).not.toContain("culvert.session");
  });
});
