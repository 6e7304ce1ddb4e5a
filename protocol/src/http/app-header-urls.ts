/**
 * Addresses of the app in headers: an origin that one side knows, and `app:` that both understand (SPEC.md §HTTP).
 * Invariant: only an address as a whole changes; one inside a query or a comment stays as it is. Pure.
 */
import { appUrlPrefix } from "./app-urls.ts";

type Header = readonly [name: string, value: string];

/** Changes one address, or gives it back. */
type MapAddress = (address: string) => string;

/** Refresh: `seconds`, then optionally `; url=` and a quote before the address (HTML, shared declarative refresh steps). */
const refreshPattern = /^(\s*[0-9.]*\s*[;,]\s*(?:url\s*=\s*)?(["']?))(.*)$/is;

/**
 * Headers with `app:` in place of the app's own origins, for the peer. `origins`: serialised ones, lower case, such as
 * `http://localhost:3000`; every name that this side has for the app.
 */
export function mapOriginToApp(headers: readonly Header[], origins: readonly string[]): [string, string][] {
  const mapAddress: MapAddress = (address) => {
    for (const origin of origins) {
      const rest = restAfter(address, origin) ?? restAfter(address, origin.slice(origin.indexOf("//")));
      if (rest !== null) return `${appUrlPrefix}${rest.startsWith("/") ? "" : "/"}${rest}`;
    }
    return address;
  };
  const mapOrigin: MapAddress = (value) => (origins.includes(value.toLowerCase()) ? appUrlPrefix : value);
  return headers.map(([name, value]) => [name, mapValue(name, value, mapOrigin, mapAddress)]);
}

/** Headers with this side's origin of the app in place of `app:`. `origin`: serialised, such as `https://a.example`. */
export function mapAppToOrigin(headers: readonly Header[], origin: string): [string, string][] {
  const mapAddress: MapAddress = (address) => {
    const rest = restAfter(address, appUrlPrefix);
    return rest === null ? address : `${origin}${rest.startsWith("/") ? "" : "/"}${rest}`;
  };
  const mapOrigin: MapAddress = (value) => (value === appUrlPrefix ? origin : value);
  return headers.map(([name, value]) => [name, mapValue(name, value, mapOrigin, mapAddress)]);
}

function mapValue(name: string, value: string, mapOrigin: MapAddress, mapAddress: MapAddress): string {
  switch (name.toLowerCase()) {
    case "origin":
      return mapOrigin(value);
    case "referer":
    case "location":
    case "content-location":
      return mapAddress(value.trim());
    case "refresh":
      return value.replace(refreshPattern, (_whole, before: string, quote: string, address: string) => {
        const end = quote === "" ? -1 : address.indexOf(quote);
        return end < 0 ? before + mapAddress(address) : before + mapAddress(address.slice(0, end)) + address.slice(end);
      });
    case "link":
      // RFC 8288 §3: each target stands between < and >.
      return value.replace(/<\s*([^>]*?)\s*>/g, (_whole, address: string) => `<${mapAddress(address)}>`);
    default:
      return value;
  }
}

/** What follows a prefix that ends at an address's path, query or fragment, or at its end; null for another address. */
function restAfter(address: string, prefix: string): string | null {
  if (address.slice(0, prefix.length).toLowerCase() !== prefix) return null;
  const rest = address.slice(prefix.length);
  return rest === "" || /^[/?#]/.test(rest) ? rest : null;
}
