/** What a header may be, and which headers end at each hop. Pure; the same rules at both ends of the tunnel. */

type Headers = readonly (readonly [name: string, value: string])[];

/** A token (RFC 9110 §5.6.2): header names, methods, subprotocols. */
export const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * A field value as it may pass (RFC 9110 §5.5): one byte per character, never CR, LF or NUL, so that no value can end
 * its line. Other control characters pass as they came: some targets send them and browsers take them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that the rule is about
export const fieldValuePattern = /^[\x01-\x09\x0b\x0c\x0e-\xff]*$/;

/** Headers of one connection (RFC 9110 §7.6.1, §11.7; Keep-Alive and Trailer as RFC 2616 §13.5.1 has them). */
const hopByHopNames: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers that go on, in order: without those of one connection and those that Connection names. */
export function endToEndHeaders(headers: Headers): [name: string, value: string][] {
  const dropped = new Set(hopByHopNames);
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== "connection") continue;
    for (const option of value.split(",")) dropped.add(option.trim().toLowerCase());
  }
  return headers.filter(([name]) => !dropped.has(name.toLowerCase())).map(([name, value]) => [name, value]);
}

/** What is wrong with a header list in words that are safe to show, or null. */
export function headerFault(headers: Headers): string | null {
  for (const [index, [name, value]] of headers.entries()) {
    if (!tokenPattern.test(name)) return `the name of header ${index + 1} is not a token`;
    if (!fieldValuePattern.test(value)) return `the value of ${name} holds a line break, a NUL or a wide character`;
  }
  return null;
}
