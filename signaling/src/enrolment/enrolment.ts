/**
 * How a machine becomes a server of an account. Invariant: a server's id is its key's; a key that has belonged to one
 * account never comes under another, so sessions and app origins cannot be inherited.
 */
import { TunnelError } from "@culvert/protocol";
import {
  enrolmentProof,
  noiseKeyProof,
  type RedeemEnrollment,
  type ServerId,
  serverIdOf,
} from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import { CodeRefused, sha256, useCode } from "../keys/index.ts";
import type { ServerDirectory } from "../servers/index.ts";
import type { Queries, ServersTable, Store } from "../store/index.ts";
import { isSignedBy } from "./key-proofs.ts";

/** What redeeming stands on. */
export interface EnrolmentOptions {
  readonly store: Store;
  readonly directory: ServerDirectory;
  /** Servers that one account may have, removed ones not counted. */
  readonly serversPerAccount: number;
  readonly nowMs: () => number;
}

/** Enrols the machine that proves its keys and knows a good code. Throws the code's fault, `forbidden` or `limit-reached`. */
export async function redeemEnrolment(
  { store, directory, serversPerAccount, nowMs }: EnrolmentOptions,
  request: RedeemEnrollment,
  address: string,
): Promise<ServerId> {
  requireProofs(request);
  const serverId = serverIdOf(Buffer.from(request.identityKey, "base64url"), sha256);
  try {
    const row = await store.queries.transaction().execute(async (transaction) => {
      const accountId = await useCode(transaction, "enrolment", request.code, nowMs());
      const enrolled = await enrol(transaction, { request, serverId, accountId, serversPerAccount, nowMs: nowMs() });
      const details = { label: request.label };
      await appendAudit(transaction, {
        ...{ accountId, who: request.label, address },
        ...{ action: "enrol", subject: serverId, details, nowMs: nowMs() },
      });
      return enrolled;
    });
    directory.publish(row);
    return serverId;
  } catch (thrown) {
    if (thrown instanceof CodeRefused && thrown.accountId !== undefined) {
      const { accountId, code } = thrown;
      const details = { what: "enrolment", code, label: request.label };
      await store.queries.transaction().execute((transaction) =>
        appendAudit(transaction, {
          ...{ accountId, who: request.label, address },
          ...{ action: "deny", subject: serverId, details, nowMs: nowMs() },
        }),
      );
    }
    throw thrown;
  }
}

function requireProofs(request: RedeemEnrollment): void {
  const { code, identityKey, noiseKey } = request;
  if (
    !isSignedBy(identityKey, enrolmentProof(code, identityKey, noiseKey), request.signature) ||
    !isSignedBy(identityKey, noiseKeyProof(noiseKey), request.noiseKeySignature)
  ) {
    throw new TunnelError("forbidden", "The machine did not prove the keys it names.", {
      hint: "Update the agent and enrol again.",
    });
  }
}

/** A machine whose keys are proven, on its way into an account. */
export interface Enrolling {
  readonly request: Pick<RedeemEnrollment, "label" | "identityKey" | "noiseKey" | "noiseKeySignature">;
  readonly serverId: ServerId;
  readonly accountId: string;
  readonly serversPerAccount: number;
  readonly nowMs: number;
}

/** Makes it a server of the account; throws `forbidden` for another account's key, `limit-reached`. */
export async function enrol(queries: Queries, enrolling: Enrolling): Promise<ServersTable> {
  const { request, serverId, accountId, nowMs } = enrolling;
  const known = await queries
    .selectFrom("servers")
    .select("accountId")
    .where("serverId", "=", serverId)
    .executeTakeFirst();
  if (known !== undefined && known.accountId !== accountId) {
    throw new TunnelError("forbidden", "This machine's key belongs to another account here.", {
      hint: "Give the machine new keys: remove the agent's data folder and enrol again.",
    });
  }
  const keys = {
    label: request.label,
    identityKey: request.identityKey,
    noiseKey: request.noiseKey,
    noiseKeySignature: request.noiseKeySignature,
    enrolledAt: nowMs,
    removedAt: null,
  };
  if (known !== undefined) {
    return queries
      .updateTable("servers")
      .set(keys)
      .where("serverId", "=", serverId)
      .returningAll()
      .executeTakeFirstOrThrow();
  }
  const { count } = await queries
    .selectFrom("servers")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("accountId", "=", accountId)
    .where("removedAt", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= enrolling.serversPerAccount) {
    throw new TunnelError("limit-reached", `This account has ${count} servers, the most it may have.`, {
      hint: "Remove servers that are gone.",
    });
  }
  return queries
    .insertInto("servers")
    .values({
      ...keys,
      serverId,
      accountId,
      ownerLabel: null,
      ownerGroup: null,
      presence: null,
      minVersion: null,
      maxVersion: null,
      generation: 0,
      nodeId: null,
      endedAt: null,
      lastConnectedAt: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
