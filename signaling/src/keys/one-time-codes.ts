/**
 * Codes that work once: sign-in links and enrolments. Invariant: the code itself is never stored, and of any number of
 * simultaneous uses exactly one succeeds (one UPDATE decides).
 */
import { TunnelError } from "@culvert/protocol";
import { serverLimits } from "../limits.ts";
import type { Queries } from "../store/index.ts";
import { hashOf, randomName } from "./random.ts";

/** What a code is for; one for the first is worth nothing for the second. */
export type CodePurpose = "sign-in" | "enrolment";

/** A code as it is handed to a person, once. */
export interface OneTimeCode {
  readonly code: string;
  readonly expiresAt: number;
}

/** Why a code was refused, and whose it was where that is known. */
export class CodeRefused extends TunnelError {
  /** Undefined where no such code was ever made. */
  readonly accountId: string | undefined;

  constructor(code: "not-found" | "already-used" | "expired", message: string, hint: string, accountId?: string) {
    super(code, message, { hint, origin: "remote" });
    this.accountId = accountId;
  }
}

/** What a new code is made of. */
export interface IssueOptions {
  readonly purpose: CodePurpose;
  readonly accountId: string;
  readonly lifetimeMs: number;
  readonly nowMs: number;
}

/** Makes a code for an account. The oldest unused ones beyond `liveCodes` lapse; long spent ones are forgotten. */
export async function issueCode(queries: Queries, options: IssueOptions): Promise<OneTimeCode> {
  const { purpose, accountId, nowMs } = options;
  const code = randomName();
  const expiresAt = nowMs + options.lifetimeMs;
  await queries
    .deleteFrom("oneTimeCodes")
    .where("expiresAt", "<", nowMs - serverLimits.spentCodeMs)
    .execute();
  const live = await queries
    .selectFrom("oneTimeCodes")
    .select("codeHash")
    .where("accountId", "=", accountId)
    .where("purpose", "=", purpose)
    .where("usedAt", "is", null)
    .orderBy("createdAt", "desc")
    .offset(serverLimits.liveCodes - 1)
    .limit(serverLimits.liveCodes)
    .execute();
  if (live.length > 0) {
    const hashes = live.map((row) => row.codeHash);
    await queries.updateTable("oneTimeCodes").set({ expiresAt: nowMs }).where("codeHash", "in", hashes).execute();
  }
  await queries
    .insertInto("oneTimeCodes")
    .values({ codeHash: hashOf(purpose, code), purpose, accountId, createdAt: nowMs, expiresAt, usedAt: null })
    .execute();
  return { code, expiresAt };
}

/** Uses a code up and tells whose it is; throws CodeRefused with `not-found`, `already-used` or `expired`. */
export async function useCode(queries: Queries, purpose: CodePurpose, code: string, nowMs: number): Promise<string> {
  const codeHash = hashOf(purpose, code.trim().toLowerCase());
  const used = await queries
    .updateTable("oneTimeCodes")
    .set({ usedAt: nowMs })
    .where("codeHash", "=", codeHash)
    .where("usedAt", "is", null)
    .where("expiresAt", ">", nowMs)
    .returning("accountId")
    .executeTakeFirst();
  if (used !== undefined) return used.accountId;
  const known = await queries
    .selectFrom("oneTimeCodes")
    .selectAll()
    .where("codeHash", "=", codeHash)
    .executeTakeFirst();
  const words = refusals[purpose];
  if (known === undefined) throw new CodeRefused("not-found", words.unknown, words.hint);
  if (known.usedAt !== null) throw new CodeRefused("already-used", words.used, words.hint, known.accountId);
  throw new CodeRefused("expired", words.expired, words.hint, known.accountId);
}

const refusals: Record<CodePurpose, { unknown: string; used: string; expired: string; hint: string }> = {
  "sign-in": {
    unknown: "This sign-in link is not known here.",
    used: "This sign-in link was used before. Each works once.",
    expired: "This sign-in link is over: it works for 10 minutes.",
    hint: "Get a new link: start Culvert again, it prints one.",
  },
  enrolment: {
    unknown: "This enrolment code is not known here.",
    used: "This enrolment code was used before. Each enrols one machine.",
    expired: "This enrolment code is over: it works for 10 minutes.",
    hint: "Get a new code in the dashboard: Servers, Add server.",
  },
};
