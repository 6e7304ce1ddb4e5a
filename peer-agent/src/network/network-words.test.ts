import { expect, test } from "vitest";
import { networkReason } from "./network-words.ts";

const coded = (code: string, message = "raw") => Object.assign(new Error(message), { code });

test.each([
  [coded("ECONNREFUSED"), "nothing answers there"],
  [new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]), "nothing answers there"],
  [new Error("fetch failed", { cause: coded("ENOTFOUND") }), "the name is not known"],
  [coded("EOTHER", "something rare"), "something rare"],
  [new Error(""), "the connection failed"],
  ["text", "the connection failed"],
])("%s reads as %s", (thrown, words) => {
  expect(networkReason(thrown)).toBe(words);
});
