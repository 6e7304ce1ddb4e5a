/**
 * The CookieStore (cookiestore.spec.whatwg.org) over the core's jar: the browser's own would show the cookies of the app
 * origin, where there are none. Invariant: interface and objects stay the browser's own.
 */
import { isLoopbackHost } from "../ports/loopback-names.ts";
import type { PageToCore } from "../ports/page-port.ts";
import type { CookiePair, CookieView } from "./cookie-view.ts";
import { replaceMethod } from "./native-look.ts";
import { utf8Bytes } from "./utf8.ts";

/** What the interface's methods take (§4); the DOM library has not all of it. */
interface Options {
  readonly name?: string;
  readonly value?: string;
  readonly expires?: number | null;
  readonly domain?: string | null;
  readonly path?: string;
  readonly sameSite?: string;
}

/** Bound of name and value (RFC 6265bis §5.6); the core holds the rest of its rules. */
const pairBytes = 4_096;

/** Puts the methods of a realm's store in their place; a realm without one stays so. */
export function installCookieStore(
  realm: typeof globalThis,
  view: CookieView,
  post: (message: PageToCore) => void,
): void {
  const { prototype } = (realm as { CookieStore?: typeof CookieStore }).CookieStore ?? {};
  const read = ([asked]: unknown[]): CookiePair[] => {
    // `url` may name the document alone, so it chooses nothing.
    const { name } = (typeof asked === "object" ? (asked ?? {}) : { name: asked }) as Options;
    return view.pairs.filter((pair) => name === undefined || pair.name === trimmed(String(name)));
  };
  const write = async (options: Options): Promise<void> => {
    const cookie = cookieOf(options);
    const path = location.pathname;
    const sequence = view.set(cookie, path, Date.now());
    post({ type: "set-cookie", cookie, path, sequence });
    await view.whenTaken(sequence);
  };
  const methods: Record<string, (given: unknown[]) => Promise<unknown>> = {
    get: async (given) => {
      const [asked] = given;
      if (asked === undefined || (typeof asked === "object" && Object.keys(asked ?? {}).length === 0)) {
        throw new TypeError("Options must not be empty");
      }
      return read(given)[0] ?? null;
    },
    getAll: async (given) => read(given),
    set: ([first, value]) =>
      write(typeof first === "object" ? (first as Options) : { name: String(first), value: String(value) }),
    delete: ([first]) =>
      write({ ...(typeof first === "object" ? first : { name: String(first) }), value: "", expires: 0 }),
  };
  for (const [name, body] of Object.entries(methods)) {
    replaceMethod(prototype, name as never, (native, self: CookieStore, given: unknown[]) =>
      // Too few arguments, or an object that is no store: the browser says so.
      self === realm.cookieStore && (given.length > 0 || name === "getAll")
        ? body(given)
        : Reflect.apply(native, self, given),
    );
  }
}

/** Dispatches the changes that script may see at the realm's store. */
export function tellCookieChanges(realm: typeof globalThis, view: CookieView): void {
  const { cookieStore: store, CookieChangeEvent: ChangeEvent } = realm as Partial<typeof globalThis>;
  if (store === undefined || ChangeEvent === undefined) return;
  store.addEventListener("change", (event) => {
    // Of the app origin's own cookies, which are none of the app's.
    if (event.isTrusted) event.stopImmediatePropagation();
  });
  view.onChange = (changed, deleted) => store.dispatchEvent(new ChangeEvent("change", { changed, deleted }));
}

/** A set-cookie string; throws TypeError where the standard does (§3.3). */
function cookieOf({ expires = null, domain = null, path = "/", sameSite = "strict", ...pair }: Options): string {
  const name = trimmed(String(pair.name ?? ""));
  const value = trimmed(String(pair.value ?? ""));
  const isPlain = name !== "" || (!value.includes("=") && (value !== "" || expires === 0));
  const valid = {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    value: isPlain && !/[;\0-\x08\n-\x1f\x7f]/.test(name + value) && utf8Bytes(name + value) <= pairBytes,
    name: !name.includes("="),
    domain: domain === null || domain === location.hostname || isLoopbackHost(domain),
    path: path.startsWith("/"),
  };
  for (const [part, isValid] of Object.entries(valid)) {
    if (!isValid) throw new TypeError(`Cookie ${part} is invalid`);
  }
  const parts = [`${name}=${value}`, `Path=${path}`, `SameSite=${sameSite}`, "Secure"];
  if (domain !== null) parts.push(`Domain=${domain}`);
  if (expires !== null) parts.push(`Expires=${new Date(Number(expires)).toUTCString()}`);
  return parts.join("; ");
}

/** Tabs and spaces around a name or value count for nothing. */
function trimmed(text: string): string {
  return text.replace(/^[\t ]+|[\t ]+$/g, "");
}
