/** Checks every account's audit chain at the start and each hour, and remembers what the last check of each found. */
import type { AuditVerification } from "@culvert/protocol/signaling";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import type { Queries } from "../store/index.ts";
import { auditedAccounts, verifyChain } from "./verify-chain.ts";

/** What the watch stands on. */
export interface AuditWatchOptions {
  readonly queries: Queries;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export class AuditWatch {
  readonly #options: AuditWatchOptions;
  readonly #found = new Map<string, AuditVerification>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;
  #closed = false;

  constructor(options: AuditWatchOptions) {
    this.#options = options;
    this.#running = this.#checkAll();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#checkAll());
    }, serverLimits.auditCheckMs);
    this.#timer.unref();
  }

  /** What the last check found; checks now where there was none yet. */
  async lastCheck(accountId: string): Promise<AuditVerification> {
    return this.#found.get(accountId) ?? (await this.check(accountId));
  }

  /** Checks one account's chain now. */
  async check(accountId: string): Promise<AuditVerification> {
    const found = await verifyChain(this.#options.queries, accountId, this.#options.nowMs());
    this.#found.set(accountId, found);
    if (found.brokenAt !== null) {
      const fields = { accountId, brokenAt: found.brokenAt };
      this.#options.log.error(fields, "the audit log was changed from outside: its hash chain is broken");
    }
    return found;
  }

  /** Accounts whose chain is broken, as of the last check. */
  get brokenChains(): number {
    return [...this.#found.values()].filter(({ brokenAt }) => brokenAt !== null).length;
  }

  /** Ends the schedule; resolves when no check runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #checkAll(): Promise<void> {
    try {
      for (const accountId of await auditedAccounts(this.#options.queries)) {
        if (this.#closed) return;
        await this.check(accountId);
      }
    } catch (thrown) {
      if (!this.#closed) this.#options.log.error({ err: thrown }, "the audit log could not be checked");
    }
  }
}
