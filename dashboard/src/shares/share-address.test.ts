import type { ShareLink } from "@culvert/protocol/signaling";
import { expect, it } from "vitest";
import { sharedLinkOf, shareHref } from "./share-address.ts";

const link = { serverId: "a".repeat(26), shareId: "b".repeat(26), secret: "c".repeat(22) } as ShareLink;

it("reads what it writes, with and without a path", () => {
  const prefix = `${link.serverId}.${link.shareId}.${link.secret}`;
  expect(sharedLinkOf(new URL(shareHref("https://culvert.example", link)).hash)).toEqual({ ...link, prefix });
  const deep = shareHref("https://culvert.example", link, "/docs/a?b=1#c");
  expect(deep).toBe(`https://culvert.example/share#${prefix}/docs/a?b=1#c`);
  expect(sharedLinkOf(new URL(deep).hash)).toEqual({ ...link, prefix });
});

it.each(["", "#", "#x", `#${link.serverId}.${link.shareId}`, `#${link.serverId}.${link.shareId}.${"c".repeat(21)}`])(
  "takes %j for no link",
  (fragment) => expect(sharedLinkOf(fragment)).toBeUndefined(),
);
