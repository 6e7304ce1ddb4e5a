/**
 * Short notices at the edge of the page: for what happened out of sight, and for what can be taken back. Invariant: the kit
 * that shows them is loaded at the first one, so that no page waits for it.
 */
import { pagePart } from "../setup/page-part.ts";
import type { Notice } from "./notice.ts";

let wanted = false;
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`: whether a notice was ever wanted. */
export function watchNotices(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const areNoticesWanted = (): boolean => wanted;

/** Shows a notice. */
export function say(notice: Notice): void {
  void withKit((kit) => kit.showNotice(notice));
}

/** A notice that cannot be shown is not worth another one. */
async function withKit(use: (kit: typeof import("./notice-kit.tsx")) => void): Promise<void> {
  wanted = true;
  for (const listener of listeners) listener();
  await pagePart(() => import("./notice-kit.tsx")).then(use, () => undefined);
}
