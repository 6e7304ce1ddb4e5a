/** /api/enrollments: codes for owners, redeeming for machines. */
import { limits } from "@culvert/protocol";
import {
  type Enrollment,
  enrollmentSchema,
  redeemEnrollmentSchema,
  redeemedEnrollmentSchema,
} from "@culvert/protocol/signaling";
import { type Accounts, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import { issueCode } from "../keys/index.ts";
import type { SessionTokens } from "../sessions/index.ts";
import { type EnrolmentOptions, redeemEnrolment } from "./enrolment.ts";

/** What the routes stand on. */
export interface EnrolmentRoutesOptions extends EnrolmentOptions {
  readonly accounts: Accounts;
  readonly tokens: SessionTokens;
  readonly dashboardOrigin: URL;
  readonly redemptionsPerMinute: number;
}

/** Adds the routes. */
export function addEnrolmentRoutes(api: Api, options: EnrolmentRoutesOptions): void {
  api.post(
    "/api/enrollments",
    { schema: answersWith(enrollmentSchema, "A code that enrols one machine") },
    async (request) => {
      const { accountId } = await requireAccount(options.accounts, request);
      return createEnrolment(options, accountId);
    },
  );

  // A machine has no cookie, so nothing can be done here in somebody's name.
  api.post(
    "/api/enrollments/redeem",
    {
      config: { rateLimit: { max: options.redemptionsPerMinute, timeWindow: 60_000 } },
      schema: { body: redeemEnrollmentSchema, ...answersWith(redeemedEnrollmentSchema, "Enrols the calling machine") },
    },
    async (request) => ({
      serverId: await redeemEnrolment(options, request.body, request.ip),
      signingKeys: [options.tokens.publicKey],
    }),
  );
}

/** A new code for an account, with the command that uses it. */
export async function createEnrolment(
  { store, dashboardOrigin, nowMs }: Pick<EnrolmentRoutesOptions, "store" | "dashboardOrigin" | "nowMs">,
  accountId: string,
): Promise<Enrollment> {
  const issued = await store.queries
    .transaction()
    .execute((transaction) =>
      issueCode(transaction, { purpose: "enrolment", accountId, lifetimeMs: limits.enrolmentMs, nowMs: nowMs() }),
    );
  return { ...issued, command: `culvert connect 3000 --server ${dashboardOrigin.origin} --code ${issued.code}` };
}
