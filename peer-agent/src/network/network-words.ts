/** Why a connection did not come up or broke, in words that complete "it cannot be reached: …". Pure. */

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing answers there",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  ETIMEDOUT: "no answer in time",
  UND_ERR_CONNECT_TIMEOUT: "no answer in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "no name server answers, so this machine has no network",
  ENETUNREACH: "this machine has no network that leads there",
  ENETDOWN: "this machine's network is down",
  EHOSTUNREACH: "no way leads there",
  EADDRNOTAVAIL: "this machine has no network that leads there",
  CERT_HAS_EXPIRED: "its certificate's time is over",
  CERT_NOT_YET_VALID: "its certificate's time has not begun; look at this machine's clock",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody that this machine knows",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody that this machine knows",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody that this machine knows",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by nobody that this machine knows",
  EPROTO: "it does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
};

/** The reason; the error's own words where none are known. */
export function networkReason(thrown: unknown): string {
  const known = reasons[networkCode(thrown)];
  return known ?? (thrown instanceof Error && thrown.message !== "" ? thrown.message : "the connection failed");
}

/** What to do about it, for who tries to reach the dashboard's server. */
export function networkHint(thrown: unknown): string {
  switch (networkCode(thrown)) {
    case "EAI_AGAIN":
    case "ENETUNREACH":
    case "ENETDOWN":
    case "EADDRNOTAVAIL":
      return "Connect this machine to a network and try again; `culvert doctor` looks at the whole way.";
    case "ENOTFOUND":
      return "Look for typing errors in the address: it is the one that the dashboard shows in the browser.";
    default:
      return "Check the address and that the server runs; `culvert doctor` looks at the whole way.";
  }
}

/** The system's or library's code of what was thrown, or of what caused it; "" where there is none. */
export function networkCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if (thrown instanceof AggregateError) return networkCode(thrown.errors[0]);
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return thrown.cause === undefined ? "" : networkCode(thrown.cause);
}
