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

test("changes that the core tells are told on: new values, and what is gone", () => {
  const view = new CookieView("a=1; b=2");
  const told: unknown[] = [];
  view.onChange = (changed, deleted) => told.push([changed, deleted]);
  view.take("b=2; a=1", 0);
  expect(told, "another order is no change").toEqual([]);
  view.take("a=3; c==", 0);
  expect(told).toEqual([
    [
      [
        { name: "a", value: "3" },
        { name: "c", value: "=" },
      ],
      [{ name: "b", value: "2" }],
    ],
  ]);
});

test("who wrote a cookie hears when the core has taken it, and not before", async () => {
  const view = new CookieView("");
  const taken: number[] = [];
  const first = view.set("a=1", "/", nowMs);
  const second = view.set("b=2", "/", nowMs);
  const whole = [first, second].map((sequence) => view.whenTaken(sequence).then(() => taken.push(sequence)));
  view.take("a=1", first);
  await whole[0];
  expect(taken).toEqual([first]);
  view.take("a=1; b=2", Number.POSITIVE_INFINITY);
  await Promise.all(whole);
  expect(taken).toEqual([first, second]);
});
