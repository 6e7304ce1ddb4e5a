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

/** A text body with masks; what is neither JSON nor a form is shown as it is. */
export function maskedBody(text: string, contentType: string): string {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/x-www-form-urlencoded") return maskedFields(text);
  if (type !== "application/json" && !type.endsWith("+json")) return text;
  // By its text, not parsed: a body that was cut is no JSON any more. Numbers and texts are masked, what is nested is named on.
  return text.replace(
    /("((?:[^"\\]|\\.){1,128})"\s*:\s*)("(?:[^"\\]|\\.)*"?|-?[0-9][0-9.eE+-]*)/g,
    (whole, before, name) => (isSecretName(spaced(name)) ? `${before}"${mask}"` : whole),
  );
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
