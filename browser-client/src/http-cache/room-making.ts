/** Which entries go where the cache is full. Pure. */
import type { EntryUse } from "./entry-table.ts";

/** Of one app. A browser's own cache holds about as much. */
export const maxCacheBytes = 256 * 1024 * 1024;
/** The app's storage and ours share what the browser allows the origin: ours takes at most this share of it. */
export const quotaShare = 0.05;
/** A larger body would push too many others out. */
export const maxEntryShare = 1 / 8;
export const maxEntries = 10_000;
/** Room is made for more than the one entry that asks for it, so that not each one has to. */
const keptShare = 0.9;

/** Addresses to drop, used longest ago first, until `neededBytes` more fit and the cache is not full any more. */
export function surplusOf(uses: readonly EntryUse[], neededBytes: number, capBytes: number): readonly string[] {
  let bytes = uses.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) + neededBytes;
  let entries = uses.length + 1;
  if (bytes <= capBytes && entries <= maxEntries) return [];
  const dropped: string[] = [];
  for (const { url, sizeBytes } of uses.toSorted((one, other) => one.usedAtMs - other.usedAtMs)) {
    if (bytes <= capBytes * keptShare && entries <= maxEntries * keptShare) break;
    dropped.push(url);
    bytes -= sizeBytes;
    entries -= 1;
  }
  return dropped;
}
