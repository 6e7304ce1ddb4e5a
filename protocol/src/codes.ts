/**
 * Every code that a user, an API client or a peer can meet: one closed union for wire, API and UI.
 * Invariant: a number is never reused for another meaning; SPEC.md §Codes repeats this table.
 */

/** What a code stands for: its number on the wire, its status over HTTP, and what a person can do by default. */
export interface CodeMeaning {
  readonly wire: number;
  readonly httpStatus: number;
  readonly meaning: string;
  readonly hint: string;
}

export const codes = {
  internal: { wire: 0x01, httpStatus: 500, meaning: "a fault of our own", hint: "Try again; if it stays, report it." },
  "protocol-error": {
    wire: 0x02,
    httpStatus: 400,
    meaning: "the peer broke a rule of the specification",
    hint: "Update both sides to the same version.",
  },
  "version-unsupported": {
    wire: 0x03,
    httpStatus: 426,
    meaning: "no protocol version is common to both sides",
    hint: "Update the agent: npm install -g @culvert/peer-agent@latest",
  },
  unauthenticated: { wire: 0x04, httpStatus: 401, meaning: "nobody is signed in", hint: "Sign in and try again." },
  forbidden: { wire: 0x05, httpStatus: 403, meaning: "not allowed for this account", hint: "Ask the owner." },
  "not-found": { wire: 0x06, httpStatus: 404, meaning: "no such thing", hint: "Check the address." },
  expired: { wire: 0x07, httpStatus: 410, meaning: "its time is over", hint: "Ask for a new one." },
  "already-used": { wire: 0x08, httpStatus: 409, meaning: "it was used before", hint: "Ask for a new one." },
  "wrong-server": {
    wire: 0x09,
    httpStatus: 403,
    meaning: "made for another server",
    hint: "Open it from the list again.",
  },
  "wrong-device": {
    wire: 0x0a,
    httpStatus: 403,
    meaning: "made for another device",
    hint: "Open it on this device again.",
  },
  offline: {
    wire: 0x0b,
    httpStatus: 409,
    meaning: "the server is not connected",
    hint: "Start it again there, with `npm start` or `culvert connect <port>`.",
  },
  "not-ready": {
    wire: 0x0c,
    httpStatus: 409,
    meaning: "the service is not ready",
    hint: "Start the app on the server.",
  },
  policy: {
    wire: 0x0d,
    httpStatus: 403,
    meaning: "the server's policy refuses it",
    hint: "Change the policy on the server.",
  },
  "limit-reached": {
    wire: 0x0e,
    httpStatus: 429,
    meaning: "a limit is reached",
    hint: "Close something and try again.",
  },
  "no-direct-path": {
    wire: 0x0f,
    httpStatus: 502,
    meaning: "no direct connection came up and the relay may not carry app data",
    hint: "Try another network, or allow the relay for this service.",
  },
  "target-unreachable": {
    wire: 0x10,
    httpStatus: 502,
    meaning: "nothing answers at the service's target",
    hint: "Start the app on that port.",
  },
  "target-timeout": {
    wire: 0x11,
    httpStatus: 504,
    meaning: "the target did not answer in time",
    hint: "Look at the app.",
  },
  "target-aborted": {
    wire: 0x12,
    httpStatus: 502,
    meaning: "the target cut its answer short",
    hint: "Look at the app.",
  },
  canceled: { wire: 0x13, httpStatus: 499, meaning: "the opener gave up", hint: "" },
  closed: { wire: 0x14, httpStatus: 410, meaning: "the tunnel was closed", hint: "Open it again." },
  "peer-restarted": { wire: 0x15, httpStatus: 502, meaning: "the other side restarted", hint: "Reload the page." },
  "path-failed": {
    wire: 0x16,
    httpStatus: 502,
    meaning: "a path broke or was tampered with",
    hint: "It is rebuilt by itself.",
  },
  timeout: { wire: 0x17, httpStatus: 504, meaning: "no answer in time", hint: "Try again." },
  unsupported: { wire: 0x18, httpStatus: 501, meaning: "not supported here", hint: "" },
  network: { wire: 0x19, httpStatus: 502, meaning: "the network failed", hint: "Check the connection and try again." },
  "invalid-request": {
    wire: 0x1a,
    httpStatus: 400,
    meaning: "the request is malformed",
    hint: "Correct it and try again.",
  },
  revoked: { wire: 0x1b, httpStatus: 403, meaning: "access was taken back", hint: "Ask the owner." },
  "budget-exhausted": {
    wire: 0x1c,
    httpStatus: 429,
    meaning: "the relay's byte budget is used up",
    hint: "Use a network that allows direct connections.",
  },
  superseded: { wire: 0x1d, httpStatus: 409, meaning: "a newer one took its place", hint: "Use the newer one." },
  "rate-limited": { wire: 0x1e, httpStatus: 429, meaning: "too many tries", hint: "Wait a minute and try again." },
  "approval-needed": {
    wire: 0x1f,
    httpStatus: 403,
    meaning: "the server does not know this device yet",
    hint: "Approve this device on the server, with `culvert devices approve`.",
  },
  "key-changed": {
    wire: 0x20,
    httpStatus: 409,
    meaning: "the server's key is another one than this device knows",
    hint: "Go on only where you set the machine up anew; compare the fingerprints first.",
  },
  "pin-needed": {
    wire: 0x21,
    httpStatus: 403,
    meaning: "the share asks for its PIN",
    hint: "Type the PIN that you were given with the link.",
  },
  unavailable: {
    wire: 0x22,
    httpStatus: 503,
    meaning: "a part of the server does not answer",
    hint: "What is open goes on. Try again in a moment.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** The name of a code, as it stands in API answers and in the UI. */
export type Code = keyof typeof codes;

const nameByNumber = new Map<number, Code>(Object.entries(codes).map(([name, { wire }]) => [wire, name as Code]));

/** The number that stands on the wire for a code. */
export function codeToWire(code: Code): number {
  return codes[code].wire;
}

/** The code for a number from the wire; an unknown number reads as `internal` (SPEC.md §Codes). */
export function codeFromWire(wire: number): Code {
  return nameByNumber.get(wire) ?? "internal";
}

/** True where a string is one of our codes. */
export function isCode(value: string): value is Code {
  return Object.hasOwn(codes, value);
}
