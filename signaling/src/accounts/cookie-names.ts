/**
 * The names under which the browser keeps a sign-in. Invariant: with TLS every name starts with `__Host-`, so that no
 * sibling origin can plant one; on http, where that prefix is refused, an ambiguous sign-in counts as none.
 */

/** How better-auth names its cookies here: `<prefix>.<what>`. */
export interface CookieNames {
  readonly prefix: string;
  /** The one that is a session. */
  readonly session: string;
  readonly secure: boolean;
}

/** Cookie names of a dashboard origin. */
export function cookieNamesOf(dashboardOrigin: URL): CookieNames {
  const secure = dashboardOrigin.protocol === "https:";
  const prefix = secure ? "__Host-culvert" : "culvert";
  return { prefix, session: `${prefix}.session_token`, secure };
}

/** Names in a Cookie header, in order, repetitions included. */
export function cookieNamesIn(header: string | undefined): string[] {
  if (header === undefined) return [];
  return header.split(";").map((pair) => (pair.split("=", 1)[0] ?? "").trim());
}

/** True where a name comes twice: a sibling origin has planted one of them and nobody can tell which. */
export function isAmbiguous(header: string | undefined, name: string): boolean {
  return cookieNamesIn(header).filter((found) => found === name).length > 1;
}
