/**
 * What is shown of requests in place of secrets. Invariant: a value under a name that stands for a secret is never shown,
 * whatever it is; the names are. Pure.
 */
import type { HeaderList } from "./heads.ts";

/** Stands where a secret stood. */
export const mask = "‹masked›";

/** Names of headers, parameters and fields; a hyphen, an underscore or nothing between their words. */
const secretName =
  /(^|[-_.[\]])(pass(word|phrase|wd)?|pwd|secret|token|jwt|bearer|otp|pin|code|sig(nature)?|credential|nonce|session|sid|csrf|xsrf)s?($|[-_.[\]])|authoriz|auth[-_]?key|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|(access|refresh|id|auth|csrf|xsrf|session)[-_]?(token|id)|(password|passwd|passphrase|secret|token)$/i;
/** Their values are lists of names with values. */
const cookieHeaders: ReadonlySet<string> = new Set(["cookie", "set-cookie"]);

/** True for a name that stands for a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Headers with masks for secrets; the names of cookies stay. */
export function maskedHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (cookieHeaders.has(lower)) return [name, maskedCookies(value, lower === "set-cookie")];
    if (lower === "location" || lower === "referer" || lower === "content-location" || lower === "refresh") {
      return [name, maskedPath(value)];
    }
    return [name, isSecretName(name) ? mask : value];
  });
}

/** A path or address whose query and fragment hold masks for secrets. */
export function maskedPath(path: string): string {
  const start = path.search(/[?#]/);
  if (start < 0) return path;
  return path.slice(0, start + 1) + maskedFields(path.slice(start + 1));
}

/**
 * A text body with masks, also one that was cut: JSON under any type, forms, parts of a multipart body, and events. What is
 * none of them is shown as it is. `contentType`: with its parameters; empty where there is none.
 */
export function maskedBody(text: string, contentType: string): string {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/x-www-form-urlencoded") return maskedFields(text);
  if (type.startsWith("multipart/")) return maskedParts(text, contentType);
  // Ends of lines as https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream has them.
  if (type === "text/event-stream") {
    return text.replace(/(^|[\r\n])data:([^\r\n]*)/g, (_, before, data) => `${before}data:${maskedJson(data)}`);
  }
  return isJson(text, type) ? maskedJson(text) : text;
}

/** A page's fetch of a text says `text/plain`, whatever the text is. */
function isJson(text: string, type: string): boolean {
  return type === "application/json" || type.endsWith("+json") || /^\s*[[{]/.test(text);
}

/** By its text, not parsed: a body that was cut is no JSON any more. Numbers and texts are masked, what is nested is named on. */
function maskedJson(text: string): string {
  return text.replace(
    /("((?:[^"\\]|\\.){1,128})"\s*:\s*)("(?:[^"\\]|\\.)*"?|-?[0-9][0-9.eE+-]*)/g,
    (whole, before, name) => (isSecretName(spaced(name)) ? `${before}"${mask}"` : whole),
  );
}

/** RFC 7578 §4.2: a part's field is the `name` of its Content-Disposition. */
function maskedParts(text: string, contentType: string): string {
  const named = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = named?.[1] ?? named?.[2] ?? /^--([^\r\n]+)/.exec(text)?.[1];
  if (boundary === undefined) return text;
  return text.split(`\n--${boundary}`).map(maskedPart).join(`\n--${boundary}`);
}

/** From behind a boundary to the line break before the next one, whose `\r` is the last character. */
function maskedPart(part: string): string {
  const blank = /\r?\n\r?\n/.exec(part);
  if (blank === null) return part;
  const start = blank.index + blank[0].length;
  const head = part.slice(0, blank.index);
  const value = part.slice(start);
  const names = [...head.matchAll(/[;\s]name\*?=(?:"([^"]*)"|([^;\r\n]*))/gi)].map(
    ([, quoted, bare]) => quoted ?? bare,
  );
  if (names.some((name = "") => isSecretName(spaced(decoded(name))))) {
    return part.slice(0, start) + mask + (value.endsWith("\r") ? "\r" : "");
  }
  return part.slice(0, start) + (isJson(value, "") ? maskedJson(value) : value);
}

/** `userPassword` reads as `user-Password`. */
function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1-$2");
}

function maskedFields(text: string): string {
  // Cut first: a pattern of name and value together takes quadratic time over long texts without a "=".
  return text.replace(/[^&?#;]+/g, (field) => {
    const name = field.slice(0, Math.max(0, field.indexOf("=")));
    return name !== "" && isSecretName(spaced(decoded(name))) ? `${name}=${mask}` : field;
  });
}

function maskedCookies(value: string, isSet: boolean): string {
  const [first = "", ...attributes] = value.split(";");
  const masked = (pair: string) => {
    const at = pair.indexOf("=");
    return at < 0 ? mask : `${pair.slice(0, at)}=${mask}`;
  };
  if (isSet) return [masked(first), ...attributes].join(";");
  return [first, ...attributes].map(masked).join(";");
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
