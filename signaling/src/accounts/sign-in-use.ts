/** Notes that a sign-in is in use, once in a while: the list of sign-ins shows it, and no request waits for a write each time. */
import type { Auth, BetterAuthOptions } from "better-auth";
import { serverLimits } from "../limits.ts";

/** What of a session is looked at. */
interface UsedSession {
  readonly token: string;
  readonly updatedAt: Date;
}

export class SignInUse {
  readonly #auth: Auth<BetterAuthOptions>;
  readonly #nowMs: () => number;

  constructor(auth: Auth<BetterAuthOptions>, nowMs: () => number) {
    this.#auth = auth;
    this.#nowMs = nowMs;
  }

  /** Writes the time down where the one that stands there is older than `signInUseMs`. */
  async note({ token, updatedAt }: UsedSession): Promise<void> {
    const nowMs = this.#nowMs();
    if (nowMs - updatedAt.getTime() < serverLimits.signInUseMs) return;
    const { internalAdapter } = await this.#auth.$context;
    await internalAdapter.updateSession(token, { updatedAt: new Date(nowMs) });
  }
}
