/** What a WebSocket constructor is given, checked as the standard says (websockets.spec.whatwg.org §3.1). */

/** A parsed address: the serialized ws(s) URL, and path and query where it is the app's own. */
export interface WebSocketAddress {
  readonly url: string;
  readonly host: string;
  /** Path and query, origin-form. */
  readonly path: string;
}

/** Parses an address against a document's base. Throws a SyntaxError DOMException. */
export function parseWebSocketAddress(address: string | URL, base: string): WebSocketAddress {
  if (!URL.canParse(String(address), base)) throw syntaxError(`The URL '${address}' is invalid.`);
  const url = new URL(String(address), base);
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw syntaxError(`The URL's scheme '${url.protocol}' is not allowed.`);
  }
  if (url.hash !== "" || url.href.endsWith("#")) throw syntaxError("The URL contains a fragment identifier.");
  return { url: url.href, host: url.host, path: url.pathname + url.search };
}

/** The subprotocols asked for: distinct tokens. Throws a SyntaxError DOMException. */
export function parseProtocols(protocols: string | readonly string[] | undefined): readonly string[] {
  const list = protocols === undefined ? [] : typeof protocols === "string" ? [protocols] : [...protocols].map(String);
  for (const protocol of list) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(protocol)) throw syntaxError(`The subprotocol '${protocol}' is invalid.`);
  }
  const lower = list.map((protocol) => protocol.toLowerCase());
  if (new Set(lower).size < list.length) throw syntaxError("The subprotocols are duplicated.");
  return list;
}

function syntaxError(message: string): DOMException {
  return new DOMException(`Failed to construct 'WebSocket': ${message}`, "SyntaxError");
}
