/**
 * Enrolment that begins at the machine: it asks, its owner compares the fingerprint and approves, it fetches the answer.
 * Invariant: nothing of a machine stands in an account before a signed-in person has approved that very key.
 */
import { TunnelError } from "@culvert/protocol";
import {
  type AskEnrollment,
  type AskedEnrollment,
  enrolmentClaimProof,
  enrolmentRequestProof,
  noiseKeyProof,
  type ServerId,
  type ShownEnrollmentRequest,
  serverIdOf,
} from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import { hashOf, randomName, sha256 } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Actor } from "../servers/index.ts";
import type { EnrolmentRequestsTable } from "../store/index.ts";
import { type EnrolmentOptions, enrol } from "./enrolment.ts";
import { isSignedBy } from "./key-proofs.ts";

/** What requests stand on. */
export type EnrolmentRequestsOptions = EnrolmentOptions & { readonly dashboardOrigin: URL };

/** How a claim stands. */
export type Claim =
  | { readonly state: "waiting"; readonly expiresAt: number }
  | { readonly state: "approved"; readonly approvedBy: string; readonly serverId: ServerId };

export class EnrolmentRequests {
  readonly #options: EnrolmentRequestsOptions;

  constructor(options: EnrolmentRequestsOptions) {
    this.#options = options;
  }

  /** Takes a machine's wish and gives the link to show. Throws `forbidden` for keys that are not proven. */
  async ask(request: AskEnrollment): Promise<AskedEnrollment> {
    const { store, dashboardOrigin } = this.#options;
    const { label, platform, identityKey, noiseKey, noiseKeySignature, signature } = request;
    const proof = enrolmentRequestProof(dashboardOrigin.origin, identityKey, noiseKey);
    if (
      !isSignedBy(identityKey, proof, signature) ||
      !isSignedBy(identityKey, noiseKeyProof(noiseKey), noiseKeySignature)
    ) {
      throw new TunnelError("forbidden", "The machine did not prove the keys it names for this address.", {
        hint: `Use the address that the dashboard shows: ${dashboardOrigin.origin}`,
      });
    }
    const nowMs = this.#options.nowMs();
    const code = randomName();
    const expiresAt = nowMs + serverLimits.enrolmentRequestMs;
    const row: EnrolmentRequestsTable = {
      codeHash: hashOf("enrolment-request", code),
      serverId: serverIdOf(Buffer.from(identityKey, "base64url"), sha256),
      ...{ label, platform, identityKey, noiseKey, noiseKeySignature },
      ...{ createdAt: nowMs, expiresAt, approvedAt: null, approvedBy: null },
    };
    await store.queries.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom("enrolmentRequests")
        .where("expiresAt", "<", nowMs - serverLimits.spentCodeMs)
        .execute();
      const { count } = await transaction
        .selectFrom("enrolmentRequests")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("expiresAt", ">", nowMs)
        .where("approvedAt", "is", null)
        .executeTakeFirstOrThrow();
      if (Number(count) >= serverLimits.enrolmentRequests) {
        throw new TunnelError("limit-reached", "Too many machines wait for approval here.", {
          hint: "Use a command of the dashboard: Servers, Add server.",
        });
      }
      await transaction.insertInto("enrolmentRequests").values(row).execute();
    });
    return { code, url: `${dashboardOrigin.origin}/enrol#code=${code}`, expiresAt };
  }

  /** What a request's owner-to-be sees; throws `not-found` or `expired`. */
  async show(code: string): Promise<ShownEnrollmentRequest> {
    const row = await this.#find(code);
    const { label, platform, expiresAt } = row;
    return { label, platform, serverId: row.serverId as ServerId, expiresAt, approved: row.approvedAt !== null };
  }

  /** Puts the machine into the account, once. Throws `not-found`, `expired`, `already-used`, or as enrolling does. */
  async approve(actor: Actor, approvedBy: string, code: string): Promise<ServerId> {
    const { store, directory, serversPerAccount } = this.#options;
    const nowMs = this.#options.nowMs();
    const codeHash = hashOf("enrolment-request", normal(code));
    const server = await store.queries.transaction().execute(async (transaction) => {
      const request = await transaction
        .updateTable("enrolmentRequests")
        .set({ approvedAt: nowMs, approvedBy })
        .where("codeHash", "=", codeHash)
        .where("approvedAt", "is", null)
        .where("expiresAt", ">", nowMs)
        .returningAll()
        .executeTakeFirst();
      if (request === undefined) return undefined;
      const serverId = request.serverId as ServerId;
      const enrolled = await enrol(transaction, {
        request,
        serverId,
        accountId: actor.accountId,
        serversPerAccount,
        nowMs,
      });
      const details = { label: request.label, how: "approved in the dashboard" };
      await appendAudit(transaction, { ...actor, action: "enrol", subject: serverId, details, nowMs });
      return enrolled;
    });
    if (server === undefined) {
      await this.#find(code);
      throw new TunnelError("already-used", "This machine was approved before.", {
        hint: "If that was not you, remove it from the list it stands in, and ask there.",
      });
    }
    directory.publish(server);
    return server.serverId as ServerId;
  }

  /** How a request stands, for the machine that holds its key. Throws `not-found`, `expired` or `forbidden`. */
  async claim(code: string, signature: string): Promise<Claim> {
    const row = await this.#find(code);
    if (!isSignedBy(row.identityKey, enrolmentClaimProof(normal(code)), signature)) {
      throw new TunnelError("forbidden", "The machine did not prove the key that it asked with.");
    }
    if (row.approvedAt === null) return { state: "waiting", expiresAt: row.expiresAt };
    return { state: "approved", approvedBy: row.approvedBy ?? "", serverId: row.serverId as ServerId };
  }

  async #find(code: string): Promise<EnrolmentRequestsTable> {
    const row = await this.#options.store.queries
      .selectFrom("enrolmentRequests")
      .selectAll()
      .where("codeHash", "=", hashOf("enrolment-request", normal(code)))
      .executeTakeFirst();
    const hint = "Run `culvert connect` on the machine again: it shows a new link.";
    if (row === undefined) throw new TunnelError("not-found", "No machine asks with this link.", { hint });
    if (row.approvedAt === null && row.expiresAt <= this.#options.nowMs()) {
      throw new TunnelError("expired", "This link is over: it works for 10 minutes.", { hint });
    }
    return row;
  }
}

function normal(code: string): string {
  return code.trim().toLowerCase();
}
