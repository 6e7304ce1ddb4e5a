/** Faults as people read them: a headline, what happened, what to do. */
import { type Code, codes, TunnelError } from "@culvert/protocol";

/** A fault in words; `remedy` may be empty. */
export interface Trouble {
  readonly code: Code;
  readonly headline: string;
  readonly what: string;
  readonly remedy: string;
}

const headlines: Partial<Record<Code, string>> = {
  internal: "A fault of Culvert's own",
  network: "Culvert cannot be reached",
  offline: "The server is offline",
  "not-ready": "The service is not ready",
  "not-found": "Nothing at this address",
  expired: "Expired",
  forbidden: "Not allowed",
  "no-direct-path": "No direct connection came up",
  "version-unsupported": "The two versions do not fit",
  "target-unreachable": "The app does not answer",
  "limit-reached": "A limit is reached",
  "rate-limited": "Too many tries",
  unsupported: "This browser cannot do it",
  timeout: "No answer in time",
  revoked: "Access was taken back",
  policy: "The server's policy refuses it",
  superseded: "Opened elsewhere",
  "approval-needed": "This device is not approved",
  "key-changed": "The server's key has changed",
  "pin-needed": "A PIN is needed",
  "already-used": "Used before",
  unavailable: "A part of Culvert does not answer",
};

/** A code with its message as a trouble; without a message the code's own meaning speaks. */
export function troubleOf(fault: { readonly code: Code; readonly message: string; readonly hint: string }): Trouble {
  const meaning = codes[fault.code].meaning;
  return {
    code: fault.code,
    headline: headlines[fault.code] ?? capitalised(meaning),
    what: ended(fault.message.trim() || capitalised(meaning)),
    remedy: fault.hint,
  };
}

/** Anything that was thrown, as a trouble. */
export function troubleFrom(thrown: unknown): Trouble {
  return troubleOf(TunnelError.from(thrown));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a full stop. The first letter stays: it may be that of a server's own name. */
function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
