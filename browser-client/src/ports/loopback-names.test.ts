import { expect, test } from "vitest";
import { isLoopbackName, policyNames } from "./loopback-names.ts";

test.each([
  ["http://localhost:3000/x", true],
  ["http://127.0.0.1:3000", true],
  ["http://[::1]:3000/", true],
  ["http://0.0.0.0:3000/", true],
  ["ws://localhost:3000/socket", true],
  ["http://localhost:3001/", false],
  ["http://localhost/", false],
  ["https://localhost:3000/", false],
  ["http://app.localhost:3000/", false],
  ["http://localhost.example:3000/", false],
  ["http://127.0.0.2:3000/", false],
])("%s is the app at port 3000: %s", (address, isApp) => {
  expect(isLoopbackName(new URL(address), 3000)).toBe(isApp);
});

test("without a port nothing is the app, and port 80 is the one that is not written", () => {
  expect(isLoopbackName(new URL("http://localhost/"), 0)).toBe(false);
  expect(isLoopbackName(new URL("http://localhost/"), 80)).toBe(true);
});

test("policies hold the names that their grammar allows", () => {
  expect(policyNames(3000)).toEqual(["http://localhost:3000", "http://127.0.0.1:3000"]);
  expect(policyNames(80)).toEqual(["http://localhost", "http://127.0.0.1"]);
  expect(policyNames(0)).toEqual([]);
});
