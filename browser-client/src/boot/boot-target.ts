/** Which address of the app a boot document leads to. */

import { readBootFragment } from "../ports/boot-mark.ts";

/** What of `location` it depends on. */
export interface BootLocation {
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/** Our own documents are no target: a boot document that leads to itself would never end. */
const ownPrefix = "/.culvert/";

/** True for the paths of our own documents. */
export function isOwn(pathname: string): boolean {
  return pathname.startsWith(ownPrefix);
}

/**
 * Path, query and hash within the app, starting with `/`. A boot document is opened with them behind its `#`, or it
 * stands at the address itself, where the origin server was asked before a worker was there.
 */
export function bootTarget(location: BootLocation): string {
  const { origin, pathname, search, hash } = location;
  const asked = isOwn(pathname) ? readBootFragment(hash).path : pathname + search + hash;
  if (!asked.startsWith("/") || !URL.canParse(asked, origin)) return "/";
  const url = new URL(asked, origin);
  if (url.origin !== origin || isOwn(url.pathname)) return "/";
  return url.pathname + url.search + url.hash;
}
