/**
 * Sign-ins that failed, for the audit log of the account they were meant for. What nobody here answers to goes to the
 * first account's, and what was typed is not written down there: it may be a password in the wrong field.
 */
import type { IncomingHttpHeaders } from "node:http";
import { appendAudit } from "../audit/audit.ts";
import type { Store } from "../store/index.ts";
import { textOf } from "./auth-faults.ts";
import type { Authentication } from "./authentication.ts";
import type { MemberRow, Members } from "./members.ts";
import type { SignInMethod } from "./sign-in-hooks.ts";

/** What it stands on. */
export interface FailedSignInsOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly nowMs: () => number;
}

/** An answer that better-auth gave. */
export interface AnsweredSignIn {
  readonly request: {
    readonly url: string;
    readonly ip: string;
    readonly body?: unknown;
    readonly headers: IncomingHttpHeaders;
  };
  readonly status: number;
  /** Where the answer sends the browser; a failed sign-in by the identity provider has `error` in it. */
  readonly location: string | null;
}

/** Codes and invitations write their own refusals down. */
const methods: Readonly<Record<string, SignInMethod>> = {
  "/api/auth/sign-in/email": "password",
  "/api/auth/passkey/verify-authentication": "passkey",
  "/api/auth/callback/oidc": "identity-provider",
};

export class FailedSignIns {
  readonly #options: FailedSignInsOptions;

  constructor(options: FailedSignInsOptions) {
    this.#options = options;
  }

  /** Writes a failed sign-in down; every other answer passes. */
  async look({ request, status, location }: AnsweredSignIn): Promise<void> {
    const path = new URL(request.url, "http://any").pathname;
    const method = methods[path];
    const error = location === null ? null : new URL(location, "http://any").searchParams.get("error");
    if (method === undefined || (status < 400 && error === null)) return;
    const meant = await this.#meant(method, request.body);
    const { store, members, nowMs } = this.#options;
    const accountId = meant?.accountId ?? (await members.firstOwner())?.accountId;
    if (accountId === undefined) return;
    const who = meant?.email ?? "somebody unknown";
    const because = status === 429 ? "too many tries" : (error ?? String(status)).slice(0, 64);
    const event = {
      ...{ accountId, who, address: request.ip, subject: meant?.memberId ?? "", nowMs: nowMs() },
      details: { what: "sign-in", method, because },
    };
    await store.queries.transaction().execute((transaction) => appendAudit(transaction, { ...event, action: "deny" }));
  }

  async #meant(method: SignInMethod, body: unknown): Promise<MemberRow | undefined> {
    const { members, authentication } = this.#options;
    const asked = parse(body);
    if (method === "password") return members.byEmail(textOf(asked, "email") ?? "");
    if (method !== "passkey" || typeof asked !== "object" || asked === null) return undefined;
    const credentialID = textOf(Reflect.get(asked, "response"), "id");
    if (credentialID === undefined) return undefined;
    const { adapter } = await authentication.plain.$context;
    const where = [{ field: "credentialID", value: credentialID }];
    const passkey = await adapter.findOne<{ userId: string }>({ model: "passkey", where });
    return passkey === null ? undefined : members.find(passkey.userId);
  }
}

function parse(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined;
  } catch {
    return undefined;
  }
}
