import { expect, test } from "vitest";
import { basicAuthorization, ProtectionSpaces } from "./protection-spaces.ts";

function keptAt(path: string): ProtectionSpaces {
  const spaces = new ProtectionSpaces();
  spaces.keep("wiki", path, "Basic one");
  return spaces;
}

// RFC 7617 §2.2: paths at or deeper than the depth of the last symbolic element.
test.each([
  ["/docs/page", "/docs/other?x=1", true],
  ["/docs/page", "/docs/deep/er", true],
  ["/docs/page?to=/a/b", "/docs/", true],
  ["/docs/page", "/docs", false],
  ["/docs/page", "/documents/", false],
  ["/docs/page", "/", false],
  ["/", "/anything", true],
])("signed in at %s, %s is sent it: %s", (at, path, isSent) => {
  expect(keptAt(at).authorizationFor(path)).toBe(isSent ? "Basic one" : undefined);
});

test("a realm that asks elsewhere belongs there too, and the deepest folder counts", () => {
  const spaces = keptAt("/docs/page");
  expect(spaces.ofRealm("wiki", "/other/page")).toBe("Basic one");
  expect(spaces.authorizationFor("/other/x")).toBe("Basic one");
  spaces.keep("admin", "/docs/admin/", "Basic two");
  expect(spaces.authorizationFor("/docs/admin/x")).toBe("Basic two");
  expect(spaces.authorizationFor("/docs/x")).toBe("Basic one");
  expect(spaces.ofRealm("unknown", "/")).toBe(undefined);
});

test("what was refused is forgotten, unless another took its place", () => {
  const spaces = keptAt("/");
  spaces.forget("wiki", "Basic older");
  expect(spaces.authorizationFor("/")).toBe("Basic one");
  spaces.forget("wiki", "Basic one");
  expect(spaces.authorizationFor("/")).toBe(undefined);
});

test("clearing forgets all", () => {
  const spaces = keptAt("/");
  spaces.clear();
  expect(spaces.ofRealm("wiki", "/")).toBe(undefined);
});

test("user names and passwords are written in UTF-8", () => {
  // RFC 7617 §2.1, its own example: "test" and "123£".
  expect(basicAuthorization("test", "123£")).toBe("Basic dGVzdDoxMjPCow==");
  expect(basicAuthorization("Aladdin", "open sesame")).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
});
