/**
 * The STUN and TURN servers that peers of a session are told of. Invariant: a TURN credential is of one session and lives
 * `serverLimits.turnCredentialMs` at most; who still has that session gets another before it ends.
 */
import type { IceServer } from "@culvert/protocol/signaling";
import { serverLimits } from "../limits.ts";
import { turnCredentialOf } from "./turn-credentials.ts";

/** A TURN server and the secret shared with it. */
export interface TurnOptions {
  readonly urls: readonly string[];
  readonly secret: string;
}

/** What peers may be told of. */
export interface IceServersOptions {
  /** As `stun:host:port`. */
  readonly stunUrls: readonly string[];
  readonly turn: TurnOptions | undefined;
  readonly nowMs: () => number;
}

export class IceServers {
  readonly #options: IceServersOptions;

  constructor(options: IceServersOptions) {
    this.#options = options;
  }

  /** How often peers are given new credentials; undefined where nothing of what they are told lapses. */
  get renewalMs(): number | undefined {
    return this.#options.turn === undefined ? undefined : serverLimits.turnRenewalMs;
  }

  /** What both peers of a session are told now. */
  of(sessionId: string): IceServer[] {
    const { stunUrls, turn, nowMs } = this.#options;
    const servers: IceServer[] = stunUrls.length === 0 ? [] : [{ urls: [...stunUrls] }];
    if (turn === undefined) return servers;
    const lifetimeMs = serverLimits.turnCredentialMs;
    return [
      ...servers,
      { urls: [...turn.urls], ...turnCredentialOf(turn.secret, { sessionId, nowMs: nowMs(), lifetimeMs }) },
    ];
  }
}
