import { expect, it } from "vitest";
import { isHeldByMachine, isLiveShare, revokeWords, scopeWords, shareStateWords } from "./share-words.ts";

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
  expect(shareStateWords({ ...live, revokedAt: 1 }, undefined, reader)).toEqual(["revoked"]);
  expect(shareStateWords({ ...live, revokedAt: 1 }, { ...counted, revokedAt: 1 }, reader)).toEqual(["revoked"]);
  expect(shareStateWords({ ...live, expiresAt: reader.nowMs }, counted, reader)).toEqual(["over since 12:00"]);
});

it("tells a link that the machine still takes from one that is over", () => {
  const byServer = { ...live, revokedAt: 1 };
  expect(isHeldByMachine(byServer, counted, reader.nowMs)).toBe(true);
  expect(isLiveShare(byServer, counted, reader.nowMs)).toBe(false);
  expect(shareStateWords(byServer, counted, reader)).toEqual(["revoked at Culvert’s server, not on the machine"]);
  expect(isHeldByMachine(live, counted, reader.nowMs)).toBe(false);
  expect(isHeldByMachine(byServer, undefined, reader.nowMs)).toBe(false);
  expect(isHeldByMachine(byServer, { revokedAt: 1 }, reader.nowMs)).toBe(false);
  expect(isHeldByMachine({ ...byServer, expiresAt: reader.nowMs }, counted, reader.nowMs)).toBe(false);
});

it("promises that a link opens nothing where the machine is told too, and there alone", () => {
  expect(revokeWords(counted)).toContain("opens nothing any more");
  expect(revokeWords(undefined)).not.toContain("opens nothing any more");
  expect(revokeWords(undefined)).toContain("revoke the link on the server’s own page too");
});
