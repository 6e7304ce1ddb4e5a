/**
 * The cookie jar of one service, as the app's own browser would keep it at the target's address (RFC 6265bis).
 * Invariant: it lives on the dashboard origin; of an HttpOnly cookie nothing leaves but the Cookie header to the agent.
 *
 * The app believes that it is on a loopback address. Browsers treat that as potentially trustworthy, so Secure cookies
 * work, and a `Domain` that names a loopback host or the app's own host means host-only. Inside, every cookie belongs
 * to one pseudo host, so a jar does not depend on the app origin's label.
 */
import { Cookie, CookieJar, MemoryCookieStore } from "tough-cookie";
import { fromByteString, toByteString } from "../ports/byte-string.ts";

/** What a request may carry: everything, not Strict (cross-site navigation), or SameSite=None alone. */
export type SameSiteContext = "strict" | "lax" | "none";

/** One cookie's new state, as it is stored and told to other tabs; `cookie` undefined = deleted. */
export interface CookieChange {
  readonly name: string;
  readonly path: string;
  readonly cookie: StoredCookie | undefined;
}

/** A cookie as plain data. */
export type StoredCookie = Readonly<Record<string, unknown>>;

const pseudoOrigin = "https://app.invalid";
const pseudoHost = "app.invalid";
/** Chromium's bounds: name and value together, each attribute, and cookies per host. */
const pairBytes = 4_096;
const attributeBytes = 1_024;
const jarCookies = 180;
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** The jar of one service. All calls are synchronous; a listener persists and spreads what changes. */
export class ServiceCookies {
  readonly #appHost: string;
  readonly #store = new MemoryCookieStore();
  readonly #jar = new CookieJar(this.#store, { rejectPublicSuffixes: false, prefixSecurity: "strict" });
  readonly #listeners = new Set<(changes: readonly CookieChange[]) => void>();

  /** `appHost`: host name of the app origin, which the app may write as `Domain`. */
  constructor(appHost: string) {
    this.#appHost = appHost.toLowerCase();
  }

  /** Calls back after changes made here; not after `apply`. Returns what removes the listener. */
  onChange(listener: (changes: readonly CookieChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The Cookie header's value for a request, HttpOnly included; empty where there is none. */
  headerFor(path: string, context: SameSiteContext): string {
    return this.#read(path, true, context);
  }

  /** `document.cookie` of a document at `path`: never an HttpOnly cookie. */
  documentCookies(path: string): string {
    return fromByteString(this.#read(path, false, "strict"));
  }

  /** Time from `nowMs` (Unix time) until the next cookie that script may see runs out; undefined where none will. */
  untilExpiryMs(nowMs: number): number | undefined {
    const times = this.#all().flatMap((cookie) => (cookie.httpOnly ? [] : (cookie.expiryTime() ?? [])));
    const soonest = Math.min(...times);
    return Number.isFinite(soonest) ? Math.max(0, soonest - nowMs) : undefined;
  }

  /** Takes Set-Cookie values of one response to `path`, in order. Malformed and forbidden ones are ignored. */
  takeResponse(setCookies: readonly string[], path: string): void {
    this.#tell(setCookies.flatMap((value) => this.#set(value, path, true)));
  }

  /** `document.cookie = value` on a document at `path`: can neither make nor replace an HttpOnly cookie. */
  takeScript(value: string, path: string): void {
    this.#tell(this.#set(toByteString(value), path, false));
  }

  /** Takes changes that another tab made or storage held; listeners are not called. */
  apply(changes: readonly CookieChange[]): void {
    for (const change of changes) {
      const cookie = change.cookie === undefined ? undefined : Cookie.fromJSON(change.cookie);
      if (cookie === undefined) this.#remove(change.name, change.path);
      else if (cookie.domain === pseudoHost && cookie.path !== null) this.#put(cookie);
    }
  }

  /** Deletes all (Clear-Site-Data: "cookies"). */
  clear(): void {
    const all = this.#all().map((cookie) => ({ name: cookie.key, path: cookie.path ?? "/", cookie: undefined }));
    this.apply(all);
    this.#tell(all);
  }

  #read(path: string, http: boolean, sameSiteContext: SameSiteContext): string {
    return this.#jar.getCookieStringSync(urlOf(path), { http, sameSiteContext });
  }

  #set(value: string, path: string, http: boolean): CookieChange[] {
    if (!withinBounds(value)) return [];
    const cookie = Cookie.parse(value);
    if (cookie === undefined || !this.#claimHost(cookie)) return [];
    // Browsers treat a missing or unknown SameSite as Lax (RFC 6265bis §5.6.7.1).
    if (cookie.sameSite !== "none" && cookie.sameSite !== "strict") cookie.sameSite = "lax";
    fixExpiry(cookie, Date.now());
    try {
      this.#jar.setCookieSync(cookie, urlOf(path), { http, sameSiteContext: "strict" });
    } catch {
      return [];
    }
    const change = { name: cookie.key, path: cookie.path ?? "/", cookie: cookie.toJSON() };
    if (cookie.TTL() > 0) return [change, ...this.#evict()];
    this.#remove(change.name, change.path);
    return [{ ...change, cookie: undefined }];
  }

  /** True where the cookie's Domain is absent or names this host; it is host-only from then on. */
  #claimHost(cookie: Cookie): boolean {
    if (cookie.domain === null) return true;
    const domain = cookie.domain.toLowerCase().replace(/^\./, "");
    if (cookie.key.startsWith("__Host-")) return false;
    if (domain !== this.#appHost && !loopbackNames.has(domain)) return false;
    cookie.domain = null;
    return true;
  }

  #all(): Cookie[] {
    return this.#jar.getCookiesSync(pseudoOrigin, { allPaths: true, http: true });
  }

  #evict(): CookieChange[] {
    const all = this.#all();
    const surplus = all
      .sort((one, other) => timeOf(one) - timeOf(other))
      .slice(0, Math.max(0, all.length - jarCookies));
    return surplus.map((cookie) => {
      this.#remove(cookie.key, cookie.path ?? "/");
      return { name: cookie.key, path: cookie.path ?? "/", cookie: undefined };
    });
  }

  #put(cookie: Cookie): void {
    this.#store.putCookie(cookie, () => {});
  }

  #remove(name: string, path: string): void {
    this.#store.removeCookie(pseudoHost, path, name, () => {});
  }

  #tell(changes: readonly CookieChange[]): void {
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }
}

function urlOf(path: string): string {
  return pseudoOrigin + (path.startsWith("/") ? path : "/");
}

function withinBounds(value: string): boolean {
  const [pair = "", ...attributes] = value.split(";");
  return pair.length <= pairBytes && attributes.every((attribute) => attribute.length <= attributeBytes);
}

/** Max-Age counts from now: the library would count it from the last access. */
function fixExpiry(cookie: Cookie, nowMs: number): void {
  if (typeof cookie.maxAge !== "number") return;
  cookie.expires = new Date(cookie.maxAge <= 0 ? 0 : Math.min(nowMs + cookie.maxAge * 1_000, 8.64e15));
  cookie.maxAge = null;
}

function timeOf(cookie: Cookie): number {
  return cookie.creation instanceof Date ? cookie.creation.getTime() : 0;
}
