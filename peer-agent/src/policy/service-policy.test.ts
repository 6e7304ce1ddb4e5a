import { expect, test } from "vitest";
import { allowedHeaders, refusalOf } from "./service-policy.ts";

const open = { allow: {} };
const api = { allow: { pathPrefixes: ["/api", "/static/"] }, deny: { pathPrefixes: ["/api/admin"] } };

test.each([
  ["GET", "/"],
  ["GET", "/index.html?a=../..&b=%2f"],
  ["PROPFIND", "/@fs/home/me/..hidden/file.ts"],
  ["GET", "/%40scope%2fname"],
  ["GET", "//double//slash"],
  ["GET", "/%E4%BD%A0?x=1"],
  ["GET", "/a;b=c/100%"],
])("an open service lets %s %s through", (method, path) => {
  expect(refusalOf(open, method, path)).toBeUndefined();
});

test.each([
  ["CONNECT", "/", "The method CONNECT is not forwarded."],
  ["trace", "/", "The method trace is not forwarded."],
  ["GET", "http://127.0.0.1:9000/", "the address is not a path"],
  ["GET", "*", "the address is not a path"],
  ["GET", "/a/../b", "dot segments"],
  ["GET", "/a/.", "dot segments"],
  ["GET", "/a/%2e%2E/b", "dot segments"],
  ["GET", "/a/.%2e/b", "dot segments"],
  ["GET", "/a/..%2fb", "escaped dot segments"],
  ["GET", "/a%2f..%2fb", "escaped dot segments"],
  ["GET", "/a/..%5cb", "escaped dot segments"],
  ["GET", "/a/..;x/b", "escaped dot segments"],
  ["GET", "/a\\b", "backslash"],
  ["GET", "/a b", "must be escaped"],
  ["GET", "/a\r\nX: y", "must be escaped"],
  ["GET", "/\u00e4", "must be escaped"],
  ["GET", "/a#b", "fragment"],
])("even an open service refuses %s %s", (method, path, words) => {
  expect(refusalOf(open, method, path)?.message).toContain(words);
});

test.each(["/api", "/api/", "/api/items?id=1", "/%61pi/items", "/static/x.js", "/api/administrator"])(
  "%s is inside the allowed prefixes",
  (path) => expect(refusalOf(api, "GET", path)).toBeUndefined(),
);

test.each([
  ["/", "does not allow that path"],
  ["/apix", "does not allow that path"],
  ["/API/items", "does not allow that path"],
  ["/static", "does not allow that path"],
  ["/api/admin", "does not allow that path"],
  ["/api/admin/users", "does not allow that path"],
  ["/api/%61dmin", "does not allow that path"],
  ["/api/Admin", "does not allow that path"],
  ["/api/admin;x=1/users", "does not allow that path"],
  ["/api//admin", "an empty segment"],
  ["/api%2fadmin", "an escaped separator"],
  ["/api/%5cadmin", "an escaped separator"],
  ["/api/admin%3bx", "an escaped separator"],
  ["/api/admin%00", "control character"],
  ["/api/%zz", "a broken escape"],
  ["/api/%252e%252e/admin", "escaped dot segments"],
  ["/api/%2561dmin", "escaped twice"],
  ["/api/%252fadmin", "escaped twice"],
  ["/api/%c0%ae%c0%ae/admin", "no UTF-8"],
  ["/api/%c0%afadmin", "no UTF-8"],
  ["/api/%ff", "no UTF-8"],
  ["/api/%ef%bc%8e%ef%bc%8e/admin", "reads as a separator"],
  ["/api/x%ef%bc%8fadmin", "reads as a separator"],
  ["/api/%e2%80%a5/admin", "reads as a separator"],
  ["/api/admin.", "does not allow that path"],
  ["/api/admin%20/users", "does not allow that path"],
  ["/api/admin.;x/users", "does not allow that path"],
])("%s is refused where prefixes decide", (path, words) => {
  expect(refusalOf(api, "GET", path)?.message).toContain(words);
});

test("a method list is exact", () => {
  const policy = { allow: { methods: ["GET", "HEAD"] } };
  expect(refusalOf(policy, "GET", "/")).toBeUndefined();
  expect(refusalOf(policy, "POST", "/")).toMatchObject({ code: "policy" });
  expect(refusalOf(policy, "get", "/")).toMatchObject({ code: "policy" });
});

test("names of other scripts are no separators", () => {
  for (const path of ["/api/%E4%BD%A0%E5%A5%BD", "/api/caf%C3%A9.txt", "/api/%F0%9F%98%80"]) {
    expect(refusalOf(api, "GET", path)).toBeUndefined();
  }
});

test("where methods are listed, no header names another one", () => {
  const headers: [string, string][] = [
    ["X-HTTP-Method-Override", "DELETE"],
    ["x-method-override", "DELETE"],
    ["Accept", "*/*"],
  ];
  expect(allowedHeaders({ allow: { methods: ["GET", "POST"] } }, headers)).toEqual([["Accept", "*/*"]]);
  expect(allowedHeaders({ allow: {} }, headers)).toEqual(headers);
});

test("header rules ignore case, keep order and never take the framing away", () => {
  const headers: [string, string][] = [
    ["Content-Length", "3"],
    ["Authorization", "x"],
    ["Accept", "*/*"],
    ["X-Debug", "1"],
  ];
  const names = (policy: Parameters<typeof allowedHeaders>[0]) => allowedHeaders(policy, headers).map(([name]) => name);
  expect(names(open)).toEqual(["Content-Length", "Authorization", "Accept", "X-Debug"]);
  expect(names({ allow: {}, deny: { headers: ["x-debug", "content-length"] } })).toEqual([
    "Content-Length",
    "Authorization",
    "Accept",
  ]);
  expect(names({ allow: { headers: ["accept"] } })).toEqual(["Content-Length", "Accept"]);
});

test.each([
  [{ allow: {}, deny: { pathPrefixes: ["/admin"] } }, "GET", "/Admin/users", "deny.pathPrefixes: /admin"],
  [{ allow: { pathPrefixes: ["/api"] } }, "GET", "/other", "allow.pathPrefixes"],
  [{ allow: { methods: ["GET"] } }, "POST", "/", "allow.methods"],
])("%j says by which rule it refuses %s %s", (policy, method, path, rule) => {
  expect(refusalOf(policy, method, path)?.hint).toContain(`The rule: ${rule}.`);
});
