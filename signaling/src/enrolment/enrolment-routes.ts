/** /api/enrollments: codes for owners, redeeming for machines. */
import { limits } from "@culvert/protocol";
import {
  approvedEnrollmentSchema,
  askEnrollmentSchema,
  askedEnrollmentSchema,
  claimEnrollmentSchema,
  claimedEnrollmentSchema,
  type Enrollment,
  enrollmentRequestCodeSchema,
  enrollmentSchema,
  redeemEnrollmentSchema,
  redeemedEnrollmentSchema,
  rotateKeysSchema,
  shownEnrollmentRequestSchema,
} from "@culvert/protocol/signaling";
import { type Accounts, actorOf, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import { issueCode } from "../keys/index.ts";
import type { SessionTokens } from "../sessions/index.ts";
import { redeemEnrolment } from "./enrolment.ts";
import type { EnrolmentRequests } from "./enrolment-requests.ts";
import { type KeyRotationOptions, rotateKeys } from "./key-rotation.ts";

/** What the routes stand on. */
export interface EnrolmentRoutesOptions extends KeyRotationOptions {
  readonly accounts: Accounts;
  readonly tokens: SessionTokens;
  readonly dashboardOrigin: URL;
  readonly requests: EnrolmentRequests;
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
  addRequestRoutes(api, options);
}

/** Routes of machines that ask first, and of machines that change their keys. */
function addRequestRoutes(api: Api, options: EnrolmentRoutesOptions): void {
  const { accounts, requests, tokens } = options;
  const config = { rateLimit: { max: options.redemptionsPerMinute, timeWindow: 60_000 } };
  const body = enrollmentRequestCodeSchema;

  api.post(
    "/api/enrollments/requests",
    {
      config,
      schema: {
        body: askEnrollmentSchema,
        ...answersWith(askedEnrollmentSchema, "Asks for the calling machine's enrolment"),
      },
    },
    async (request) => requests.ask(request.body),
  );
  api.post(
    "/api/enrollments/requests/show",
    { schema: { body, ...answersWith(shownEnrollmentRequestSchema, "The machine that a link is about") } },
    async (request) => {
      await requireAccount(accounts, request);
      return requests.show(request.body.code);
    },
  );
  api.post(
    "/api/enrollments/requests/approve",
    { schema: { body, ...answersWith(approvedEnrollmentSchema, "Makes the machine a server of this account") } },
    async (request) => {
      const account = await requireAccount(accounts, request);
      const actor = actorOf(account, request.ip);
      return { serverId: await requests.approve(actor, account.email, request.body.code) };
    },
  );
  api.post(
    "/api/enrollments/requests/claim",
    {
      // Asked every two seconds while somebody reads the link.
      config: { rateLimit: { max: options.redemptionsPerMinute * 4, timeWindow: 60_000 } },
      schema: {
        body: claimEnrollmentSchema,
        ...answersWith(claimedEnrollmentSchema, "Whether a request was approved"),
      },
    },
    async (request) => {
      const claim = await requests.claim(request.body.code, request.body.signature);
      if (claim.state === "waiting") return claim;
      const { approvedBy, serverId } = claim;
      return { state: claim.state, approvedBy, enrollment: { serverId, signingKeys: [tokens.publicKey] } };
    },
  );
  api.post(
    "/api/enrollments/rotate",
    { config, schema: { body: rotateKeysSchema, ...answersWith(redeemedEnrollmentSchema, "New keys for a machine") } },
    async (request) => ({
      serverId: await rotateKeys(options, request.body, request.ip),
      signingKeys: [tokens.publicKey],
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
