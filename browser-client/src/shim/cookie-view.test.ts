import { expect, test } from "vitest";
import { CookieView } from "./cookie-view.ts";

const nowMs = Date.UTC(2026, 10, 21);

/** What script reads after it wrote these on `/app/page` over the core's `a=1; b=2`. */
function after(...written: string[]): string {
  const view = new CookieView("a=1; b=2");
  for (const text of written) view.set(text, "/app/page", nowMs);
  return view.text;
}

test.each([
  [["c=3"], "a=1; b=2; c=3"],
  [["a=9"], "a=9; b=2"],
  [["a=9", "a=10"], "a=10; b=2"],
  [[" c = x=y== ; Secure; SameSite=Lax"], "a=1; b=2; c=x=y=="],
  [["a=; Max-Age=0"], "b=2"],
  [["a=; expires=Thu, 01 Jan 1970 00:00:00 GMT"], "b=2"],
  [["a=5; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "a=5; b=2"],
  [["c=3; Path=/app"], "a=1; b=2; c=3"],
  [["c=3; path=/app/page/"], "a=1; b=2"],
  [["c=3; path=/ap"], "a=1; b=2"],
  [["c=3; HttpOnly"], "a=1; b=2"],
  [["lonely"], "a=1; b=2; lonely"],
  [["=; x"], "a=1; b=2"],
])("after %j script reads %j", (written, read) => {
  expect(after(...written)).toBe(read);
});

test("a page's own changes stay on top until the core has taken them", () => {
  const view = new CookieView("a=1");
  const first = view.set("a=2", "/", nowMs);
  const second = view.set("b=3", "/", nowMs);
  expect([first, second]).toEqual([1, 2]);
  view.take("a=1; c=4", 0);
  expect(view.text, "an older word of the core").toBe("a=2; c=4; b=3");
  view.take("a=2; c=4", 1);
  expect(view.text).toBe("a=2; c=4; b=3");
  view.take("a=2; c=4", 2);
  expect(view.text, "the core refused the second one").toBe("a=2; c=4");
});

test("no cookies are the empty string", () => {
  expect(new CookieView("").text).toBe("");
});
