import { expect, it } from "vitest";
import { scopeWords, shareStateWords } from "./share-words.ts";

const reader = { nowMs: Date.UTC(2026, 10, 21, 12, 0), timeZone: "UTC" };
const live = { expiresAt: Date.UTC(2026, 10, 21, 14, 2), revokedAt: null };
const counted = { usesLeft: null, viewers: 0, pinTriesLeft: null, revokedAt: null };

it.each([
  [{ serviceName: "app", readOnly: false }, false, "app"],
  [
    { serviceName: "app", readOnly: true, pathPrefixes: ["/docs", "/api"] },
    true,
    "app below /docs, /api, read only, with PIN",
  ],
])("%j", (scope, hasPin, words) => expect(scopeWords({ scope, hasPin })).toBe(words));

it("says what is left", () => {
  expect(shareStateWords(live, undefined, reader)).toEqual(["until 14:02"]);
  expect(shareStateWords(live, { ...counted, usesLeft: 1, viewers: 2 }, reader)).toEqual([
    "until 14:02",
    "1 use left",
    "2 viewers now",
  ]);
  expect(shareStateWords(live, { ...counted, pinTriesLeft: 0 }, reader)).toEqual([
    "until 14:02",
    "closed after wrong PINs",
  ]);
  expect(shareStateWords({ ...live, revokedAt: 1 }, counted, reader)).toEqual(["revoked"]);
  expect(shareStateWords({ ...live, expiresAt: reader.nowMs }, counted, reader)).toEqual(["over since 12:00"]);
});
