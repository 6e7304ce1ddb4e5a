import { expect, it } from "vitest";
import { matchInAppCaches, type NativeCaches } from "./own-caches.ts";

function holding(caches: Readonly<Record<string, string>>): NativeCaches {
  return {
    keys: async () => Object.keys(caches),
    match: async (_request, { cacheName = "" }) =>
      caches[cacheName] === undefined ? undefined : new Response(caches[cacheName]),
  };
}

it("finds what the app keeps, first made first, and never what is ours", async () => {
  const native = holding({ "culvert-http-cache": "ours", first: "1", second: "2" });
  expect(await (await matchInAppCaches(native, "/a", undefined))?.text()).toBe("1");
  expect(await (await matchInAppCaches(native, "/a", { cacheName: "second" }))?.text()).toBe("2");
  expect(await matchInAppCaches(holding({ "culvert-http-cache": "ours" }), "/a", {})).toBeUndefined();
});
