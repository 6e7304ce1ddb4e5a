/**
 * One reading of a request's path, made on the very string that is sent to the target. Pure.
 * Invariant: a path is either refused or forwarded unchanged; what is compared with prefixes is what a target sees after
 * decoding it once.
 */

/** Why a path is refused, or the form that prefixes are compared with: the path alone, decoded once. */
export type PathReading =
  | { readonly type: "plain"; readonly comparable: string }
  | { readonly type: "ambiguous"; readonly comparable: string; readonly reason: string }
  | { readonly type: "refused"; readonly reason: string };

const visibleAscii = /^[\x21-\x7e]+$/;
const dotSegment = /^(\.|%2e){1,2}$/i;
const brokenEscape = /%(?![0-9a-f]{2})/i;
/** Escapes that decode to a separator or to a control character: targets disagree about what they mean. */
const ambiguousEscape = /%(2f|5c|3b|[01][0-9a-f]|7f)/i;
/** What is still an escape after decoding once: some targets decode twice. */
const doubleEscape = /%25[0-9a-f]{2}/i;
const separators = /[./\\;:]/g;

/**
 * Reads an origin-form path with query. `refused`: no browser sends it and no target needs it (RFC 9112 §3.2.1,
 * RFC 3986 §5.2.4). `ambiguous`: fine for an open service, not where prefixes decide.
 */
export function readPath(path: string): PathReading {
  if (!path.startsWith("/")) return { type: "refused", reason: "the address is not a path" };
  if (!visibleAscii.test(path)) return { type: "refused", reason: "the path holds characters that must be escaped" };
  if (path.includes("\\")) return { type: "refused", reason: "the path holds a backslash" };
  if (path.includes("#")) return { type: "refused", reason: "the path holds a fragment" };
  const [pathname = "/"] = path.split("?", 1);
  const segments = pathname.slice(1).split("/");
  if (segments.some((segment) => dotSegment.test(segment))) {
    return { type: "refused", reason: "the path climbs with dot segments" };
  }
  const comparable = decodeOnce(pathname);
  if (comparable.split(/[/\\]/).some((segment) => dotSegment.test(segment.split(";", 1)[0] ?? ""))) {
    return { type: "refused", reason: "the path climbs with escaped dot segments" };
  }
  const reason = ambiguity(pathname, comparable);
  return reason === undefined ? { type: "plain", comparable } : { type: "ambiguous", comparable, reason };
}

function ambiguity(pathname: string, comparable: string): string | undefined {
  if (comparable.slice(1).split("/").some(vanishes)) return "the path holds an empty segment";
  if (brokenEscape.test(pathname)) return "the path holds a broken escape";
  if (doubleEscape.test(pathname)) return "the path is escaped twice";
  if (ambiguousEscape.test(pathname)) return "the path holds an escaped separator or control character";
  return foldingFault(pathname);
}

/** True where some target sees nothing, or nothing but dots: after parameters, or the dots and spaces at its end, are cut. */
function vanishes(segment: string, index: number, all: readonly string[]): boolean {
  const isFinalSlash = segment === "" && index === all.length - 1;
  return !isFinalSlash && /^[. ]*(;|$)/.test(segment);
}

/** Bytes that are no UTF-8 (overlong forms of `.` and `/` among them), and wide characters that fold into separators. */
function foldingFault(pathname: string): string | undefined {
  if (!/%[89a-f]/i.test(pathname)) return undefined;
  let text: string;
  try {
    text = decodeURIComponent(pathname);
  } catch {
    return "the path holds bytes that are no UTF-8";
  }
  const count = (one: string) => one.match(separators)?.length ?? 0;
  return count(text.normalize("NFKC")) > count(text)
    ? "the path holds a character that reads as a separator"
    : undefined;
}

/** Percent escapes of ASCII decoded; bytes beyond stay escaped in lower case, as no prefix can hold them otherwise. */
function decodeOnce(pathname: string): string {
  return pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const point = Number.parseInt(encoded.slice(1), 16);
    return point < 0x80 ? String.fromCharCode(point) : encoded.toLowerCase();
  });
}
