/**
 * A small login as many tools on a laptop have it: a form, a session in an HttpOnly cookie, a redirect chain.
 * Invariant: the session's token stands in Set-Cookie and Cookie only, never in a body.
 */
import { randomBytes } from "node:crypto";

/** The session's cookie: out of reach for scripts. */
export const sessionCookie = "showcase_session";
/** A cookie that pages may read, beside it. */
export const nameCookie = "showcase_name";

/** Who is signed in, by token. */
export class Accounts {
  readonly #names = new Map<string, string>();
  readonly #newToken: () => string;

  /** `newToken`: makes the secret of a session; random by default. */
  constructor(newToken: () => string = () => randomBytes(24).toString("base64url")) {
    this.#newToken = newToken;
  }

  /** Starts a session; the values are those of Set-Cookie headers. */
  signIn(name: string): readonly string[] {
    const token = this.#newToken();
    this.#names.set(token, name);
    return [
      `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Lax`,
      `${nameCookie}=${encodeURIComponent(name)}; Path=/; SameSite=Lax; Max-Age=86400`,
    ];
  }

  /** Ends the session of a Cookie header; the values are those of Set-Cookie headers. */
  signOut(cookieHeader: string | undefined): readonly string[] {
    this.#names.delete(readCookies(cookieHeader).get(sessionCookie) ?? "");
    return [`${sessionCookie}=; Path=/; HttpOnly; Max-Age=0`, `${nameCookie}=; Path=/; Max-Age=0`];
  }

  /** The name behind a Cookie header, undefined for a stranger. */
  nameOf(cookieHeader: string | undefined): string | undefined {
    return this.#names.get(readCookies(cookieHeader).get(sessionCookie) ?? "");
  }
}

/** Name and value of each cookie in a Cookie header (RFC 6265 §4.2.1). */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? "").split(";").map((pair): [string, string] => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), value.join("=").trim()];
  });
  return new Map(pairs);
}
