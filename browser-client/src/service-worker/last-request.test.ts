import { expect, test } from "vitest";
import type { LastRequest } from "../ports/courier-messages.ts";
import { lastRequest } from "./last-request.ts";

const beacon: LastRequest = {
  ...{ url: "http://app.localhost/beacon", method: "POST", headers: [], body: "bye", isForm: false },
  referrer: "about:client",
};

test("a beacon's text is sent as browsers send it", async () => {
  const request = lastRequest(beacon);
  expect([request.method, request.headers.get("content-type"), await request.text(), request.keepalive]).toEqual([
    "POST",
    "text/plain;charset=UTF-8",
    "bye",
    true,
  ]);
});

test("fields come back as the form or the search parameters that they were", async () => {
  const body = [
    ["one", "1"],
    ["two", "2 3"],
  ];
  expect(await lastRequest({ ...beacon, body }).text()).toBe("one=1&two=2+3");
  const form = await lastRequest({ ...beacon, body, isForm: true }).formData();
  expect([...form]).toEqual(body);
});

test("headers and method are the page's own, a body is not needed, and nonsense is refused", async () => {
  const request = lastRequest({ ...beacon, method: "GET", headers: [["x-token", "t"]], body: undefined });
  expect([request.method, request.headers.get("x-token"), request.body]).toEqual(["GET", "t", null]);
  expect(() => lastRequest({ ...beacon, url: "nonsense" })).toThrow(TypeError);
});
