/**
 * Launch links. Invariant: a link selects a server and a service for one account and opens nothing by itself: the
 * account's sign-in is asked for as ever, and of any number of simultaneous exchanges exactly one succeeds.
 */
import { TunnelError } from "@culvert/protocol";
import type { Launch, Launched, ServerId } from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import { hashOf, randomName } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Actor, ServerDirectory } from "../servers/index.ts";
import { openableService } from "../sessions/index.ts";
import { lockAccount, type Store } from "../store/index.ts";

/** What launches stand on. */
export interface LaunchesOptions {
  readonly store: Store;
  readonly directory: ServerDirectory;
  readonly dashboardOrigin: URL;
  /** A link works for so long. */
  readonly lifetimeMs: number;
  readonly nowMs: () => number;
}

export class Launches {
  readonly #options: LaunchesOptions;

  constructor(options: LaunchesOptions) {
    this.#options = options;
  }

  /** A new link; throws in words why the server cannot be opened now, and `limit-reached` for too many links. */
  async create(actor: Actor, serverId: ServerId, wantedService: string | undefined): Promise<Launch> {
    const { store, directory, dashboardOrigin, lifetimeMs } = this.#options;
    const { accountId } = actor;
    const nowMs = this.#options.nowMs();
    const { view } = await directory.find(accountId, serverId);
    const { serviceName } = openableService(view, wantedService);
    const code = randomName();
    const expiresAt = nowMs + lifetimeMs;
    await store.queries.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom("launches")
        .where("accountId", "=", accountId)
        .where("expiresAt", "<", nowMs - serverLimits.spentCodeMs)
        .execute();
      await lockAccount(transaction, accountId);
      const { count } = await transaction
        .selectFrom("launches")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("accountId", "=", accountId)
        .where("expiresAt", ">", nowMs)
        .where("usedAt", "is", null)
        .executeTakeFirstOrThrow();
      if (Number(count) >= serverLimits.liveLaunches) {
        throw new TunnelError("limit-reached", `This account has ${count} unused launch links, the most it may have.`, {
          hint: "Use or let lapse some of them.",
        });
      }
      const codeHash = hashOf("launch", code);
      const row = { codeHash, accountId, serverId, serviceName, createdAt: nowMs, expiresAt, usedAt: null };
      await transaction.insertInto("launches").values(row).execute();
    });
    return { url: `${dashboardOrigin.origin}/launch#code=${code}`, serverId, serviceName, expiresAt };
  }

  /**
   * Uses a link up. Throws `not-found`, `expired`, `already-used`, or `forbidden` where it is another account's, which
   * leaves it unused.
   */
  async exchange(actor: Actor, code: string): Promise<Launched> {
    const { store } = this.#options;
    const { accountId } = actor;
    const nowMs = this.#options.nowMs();
    const codeHash = hashOf("launch", code.trim().toLowerCase());
    return store.queries.transaction().execute(async (transaction) => {
      const used = await transaction
        .updateTable("launches")
        .set({ usedAt: nowMs })
        .where("codeHash", "=", codeHash)
        .where("accountId", "=", accountId)
        .where("usedAt", "is", null)
        .where("expiresAt", ">", nowMs)
        .returning(["serverId", "serviceName"])
        .executeTakeFirst();
      if (used !== undefined) {
        const details = { by: "launch link", serviceName: used.serviceName };
        await appendAudit(transaction, { ...actor, action: "open", subject: used.serverId, details, nowMs });
        return { serverId: used.serverId as ServerId, serviceName: used.serviceName };
      }
      const known = await transaction
        .selectFrom("launches")
        .select(["accountId", "usedAt"])
        .where("codeHash", "=", codeHash)
        .executeTakeFirst();
      throw refusalOf(known, accountId, this.#options.lifetimeMs);
    });
  }
}

function refusalOf(
  known: { readonly accountId: string; readonly usedAt: number | null } | undefined,
  accountId: string,
  lifetimeMs: number,
): TunnelError {
  const hint = "Press Open again where you came from.";
  if (known === undefined) return new TunnelError("not-found", "This launch link is not known here.", { hint });
  if (known.accountId !== accountId) {
    return new TunnelError("forbidden", "This launch link is for another account.", {
      hint: "Sign in with the account whose server it is.",
    });
  }
  if (known.usedAt !== null) {
    return new TunnelError("already-used", "This launch link was used before. Each opens once.", { hint });
  }
  const seconds = Math.round(lifetimeMs / 1_000);
  return new TunnelError("expired", `This launch link is over: it works for ${seconds} s.`, { hint });
}
