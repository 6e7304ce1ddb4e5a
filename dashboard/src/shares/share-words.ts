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

/** True where Culvert's server took it back alone: the agent, which was asked, would still take whoever has the link. */
export function isHeldByMachine(
  { expiresAt, revokedAt }: Pick<ShareSummary, "expiresAt" | "revokedAt">,
  counted: Pick<DeskShare, "revokedAt"> | undefined,
  nowMs: number,
): boolean {
  return revokedAt !== null && counted?.revokedAt === null && expiresAt > nowMs;
}

/** What taking it back does. `counted`: undefined where the agent is not asked, and so not told either. */
export function revokeWords(counted: Pick<DeskShare, "revokedAt"> | undefined): string {
  const toMakeOne = "It cannot be brought back: to share again, make a new link.";
  if (counted !== undefined) {
    return `Whoever has it open loses it within seconds, and the link opens nothing any more. ${toMakeOne}`;
  }
  return `Whoever has it open loses it within seconds, and Culvert’s server lets nobody in by it any more. The machine itself is not told: revoke the link on the server’s own page too, when it is online. ${toMakeOne}`;
}

/** Whether it still opens, how often, and who has it open. `counted`: undefined where the agent was not asked. */
export function shareStateWords(
  { expiresAt, revokedAt }: Pick<ShareSummary, "expiresAt" | "revokedAt">,
  counted: Pick<DeskShare, "usesLeft" | "viewers" | "pinTriesLeft" | "revokedAt"> | undefined,
  reader: Reader,
): readonly string[] {
  if (isHeldByMachine({ expiresAt, revokedAt }, counted, reader.nowMs)) {
    return ["revoked at Culvert’s server, not on the machine"];
  }
  if (revokedAt !== null || (counted?.revokedAt ?? null) !== null) return ["revoked"];
  if (expiresAt <= reader.nowMs) return [`over since ${momentWords(expiresAt, reader)}`];
  const words = [`until ${momentWords(expiresAt, reader)}`];
  if (counted === undefined) return words;
  if (counted.usesLeft !== null) words.push(counted.usesLeft === 1 ? "1 use left" : `${counted.usesLeft} uses left`);
  if (counted.pinTriesLeft === 0) words.push("closed after wrong PINs");
  if (counted.viewers > 0) words.push(counted.viewers === 1 ? "1 viewer now" : `${counted.viewers} viewers now`);
  return words;
}
