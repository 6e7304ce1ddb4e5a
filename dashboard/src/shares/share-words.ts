/** What is said of a share: what it lets through, and how much of it is left. Pure. */
import type { DeskShare, ShareSummary } from "@culvert/protocol/signaling";
import { momentWords, type Reader } from "../words/moment.ts";

/** `app below /docs, read only, with PIN`. */
export function scopeWords({ scope, hasPin }: Pick<DeskShare, "scope" | "hasPin">): string {
  const { serviceName, pathPrefixes, readOnly, methods } = scope;
  const where = pathPrefixes === undefined ? serviceName : `${serviceName} below ${pathPrefixes.join(", ")}`;
  const what = [readOnly ? "read only" : "", methods === undefined ? "" : methods.join(" "), hasPin ? "with PIN" : ""];
  return [where, ...what.filter((word) => word !== "")].join(", ");
}

/** True while its link opens something. */
export function isLiveShare(
  { expiresAt, revokedAt }: Pick<ShareSummary, "expiresAt" | "revokedAt">,
  counted: Pick<DeskShare, "revokedAt"> | undefined,
  nowMs: number,
): boolean {
  return revokedAt === null && (counted?.revokedAt ?? null) === null && expiresAt > nowMs;
}

/** Whether it still opens, how often, and who has it open. `counted`: undefined where the agent was not asked. */
export function shareStateWords(
  { expiresAt, revokedAt }: Pick<ShareSummary, "expiresAt" | "revokedAt">,
  counted: Pick<DeskShare, "usesLeft" | "viewers" | "pinTriesLeft" | "revokedAt"> | undefined,
  reader: Reader,
): readonly string[] {
  if (revokedAt !== null || (counted?.revokedAt ?? null) !== null) return ["revoked"];
  if (expiresAt <= reader.nowMs) return [`over since ${momentWords(expiresAt, reader)}`];
  const words = [`until ${momentWords(expiresAt, reader)}`];
  if (counted === undefined) return words;
  if (counted.usesLeft !== null) words.push(counted.usesLeft === 1 ? "1 use left" : `${counted.usesLeft} uses left`);
  if (counted.pinTriesLeft === 0) words.push("closed after wrong PINs");
  if (counted.viewers > 0) words.push(counted.viewers === 1 ? "1 viewer now" : `${counted.viewers} viewers now`);
  return words;
}
