/** Why an app goes a longer way than it could, and what a person can do about it. Pure. */
import type { AppViewState } from "@culvert/browser-client";

/** In words; `remedy` may be empty. */
export interface WhyNotDirect {
  readonly why: string;
  readonly remedy: string;
}

type OpenState = Extract<AppViewState, { phase: "open" }>;

/** Undefined where the way is direct. */
export function whyNotDirect({ pathKind, directFault }: OpenState, label: string): WhyNotDirect | undefined {
  if (pathKind === "direct") return undefined;
  if (pathKind === "turn") {
    return {
      why: `No packet of this device reached ${label} straight, nor the other way round: a network on the way, most often a company's or a phone's, lets none in. A TURN relay passes them on.`,
      remedy: "On the same network as the server, or on one without such a firewall, it goes direct by itself.",
    };
  }
  if (directFault === undefined) {
    return { why: "A direct way is being tried; this takes a few seconds.", remedy: "You need not wait for it." };
  }
  return { why: reasonOf(directFault, label), remedy: remedyOf(directFault.code) };
}

function reasonOf({ code, message }: { readonly code: string; readonly message: string }, label: string): string {
  switch (code) {
    case "timeout":
    case "no-direct-path":
      return `No packet of this device reached ${label} within the time: a firewall on one side lets no UDP through, or both networks change addresses as they go.`;
    case "unsupported":
      return "This browser makes no peer connections: they are switched off, by a setting or an extension.";
    case "path-failed":
      return `The networks found each other and lost each other again (${ended(message)}).`;
    case "policy":
      return `The policy on ${label} lets no direct way through.`;
    default:
      return `The last try failed: ${ended(message)}.`;
  }
}

function remedyOf(code: string): string {
  switch (code) {
    case "unsupported":
      return "Allow WebRTC for this site, or use another browser.";
    case "policy":
      return "Change the policy on the server.";
    default:
      return "Another network, a VPN switched off, or a TURN server in Culvert's settings helps. It is tried again by itself.";
  }
}

/** Without a full stop: it stands inside a sentence. */
function ended(message: string): string {
  return message.trim().replace(/[.…]+$/, "");
}
