/** A share's link: `/share#<serverId>.<shareId>.<secret>/path`. What follows `#` reaches no server. */
import { readShareFragment, type ShareLink, shareFragment } from "@culvert/protocol/signaling";
import { appPathOf } from "../app-view/app-address.ts";

/** A link as its viewer has it. `prefix`: what stands in the fragment before the app's path. */
export interface SharedLink extends ShareLink {
  readonly prefix: string;
}

/** What a fragment says; undefined where it is none of a share, or was cut short. */
export function sharedLinkOf(fragment: string): SharedLink | undefined {
  const text = fragment.replace(/^#/, "");
  const slash = text.indexOf("/");
  const prefix = slash < 0 ? text : text.slice(0, slash);
  const link = readShareFragment(prefix);
  return link && { ...link, prefix };
}

/** The link to hand out; it opens at `startPath`. */
export function shareHref(origin: string, link: ShareLink, startPath = "/"): string {
  const path = appPathOf(startPath);
  return `${origin}/share#${shareFragment(link)}${path === "/" ? "" : path}`;
}
