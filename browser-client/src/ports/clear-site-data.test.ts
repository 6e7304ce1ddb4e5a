import { expect, it } from "vitest";
import { clearingOf } from "./clear-site-data.ts";

it.each([
  [['"cookies", "storage"'], { cookies: true, storage: true, cache: false }],
  [['"cache"', '"cookies"'], { cookies: true, storage: false, cache: true }],
  [['"*"'], { cookies: true, storage: true, cache: true }],
  [["cookies"], undefined],
  [['"executionContexts"'], undefined],
  [[], undefined],
])("%j", (values, wanted) => {
  expect(clearingOf(values)).toEqual(wanted);
});
