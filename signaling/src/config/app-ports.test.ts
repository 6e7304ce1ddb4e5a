/** Ranges of app ports as people write them. */
import { expect, test } from "vitest";
import { appPortsSchema, isAppPort, portsOf } from "./app-ports.ts";

test("two ports, the lower first", () => {
  expect(appPortsSchema.parse("4100-4999")).toEqual({ first: 4100, last: 4999 });
  expect(appPortsSchema.parse("5000-5000")).toEqual({ first: 5000, last: 5000 });
});

test.each(["4100", "4999-4100", "80-4999", "4100-70000", "4100..4999", "", "4100-"])(
  "%j is refused in words",
  (text) => {
    expect(appPortsSchema.safeParse(text).error?.issues[0]?.message).toMatch(/as in 4100-4999/);
  },
);

test("ports that browsers refuse are left out", () => {
  expect(portsOf({ first: 4189, last: 4191 })).toEqual([4189, 4191]);
  expect(isAppPort(6667, { first: 6600, last: 6700 })).toBe(false);
  expect(isAppPort(4200, { first: 4100, last: 4199 })).toBe(false);
});
