/**
 * The headers with which an answer of the app is given to the browser. Invariant: nothing of it may reach beyond the
 * app's own origin (transport security of the host, reporting, framing), and what names the coding of the body is
 * true for the bytes that follow.
 */
import type { HeaderList } from "@culvert/protocol/http";
import { policyNames } from "../ports/loopback-names.ts";
import { admitScript, splitPolicies, withOwnNames, withoutDirectives } from "./content-security-policy.ts";

/** What the rules need to know of the document or resource. */
export interface HeaderContext {
  /** A document or a frame: framing and the shim matter. */
  readonly isDocument: boolean;
  readonly dashboardOrigin: string;
  /** Absolute URL of the folder of the shims where one is put into this document, else undefined. */
  readonly shimUrl: string | undefined;
  readonly freshNonce: string;
  /** Port of its machine's loopback by which the app may name itself; 0 = none. */
  readonly loopbackPort: number;
  /** The body's content coding was undone. */
  readonly isDecoded: boolean;
  /** The body stays as long as Content-Length says: nothing was decoded or inserted. */
  readonly keepsLength: boolean;
}

/** Headers ready for a Response, and the nonce for the shim's tag where a policy asks for one. */
export interface ResponseHeaders {
  readonly headers: Headers;
  readonly nonce: string | undefined;
}

/** Applies the rules (dropped, replaced, kept) to a header list of the core. */
export function responseHeaders(list: HeaderList, context: HeaderContext): ResponseHeaders {
  const headers = new Headers();
  for (const [name, value] of list) {
    if (isKept(name.toLowerCase(), context)) append(headers, name, value);
  }
  let policies = splitPolicies(valuesOf(list, "content-security-policy")).map((policy) =>
    withoutDirectives(policy, context.isDocument ? [...foreign, "frame-ancestors"] : foreign),
  );
  policies = [...withOwnNames(policies, policyNames(context.loopbackPort))];
  let nonce: string | undefined;
  if (context.shimUrl !== undefined) {
    const grant = admitScript(policies, context.shimUrl, context.freshNonce);
    policies = [...grant.policies];
    nonce = grant.nonce;
  }
  for (const policy of policies) if (policy !== "") append(headers, "content-security-policy", policy);
  if (context.isDocument) append(headers, "content-security-policy", ownPolicy(context.dashboardOrigin));
  return { headers, nonce };
}

/** The policy that is added to every document: who may frame it, and no plug-in element that passes by the worker. */
function ownPolicy(dashboardOrigin: string): string {
  return `frame-ancestors 'self' ${dashboardOrigin}; object-src blob: data:`;
}

/** All values of a header, by its lower-case name. */
export function valuesOf(list: HeaderList, name: string): readonly string[] {
  return list.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** Directives that speak about how the host is reached, which is not the app's to say. */
const foreign = ["upgrade-insecure-requests", "block-all-mixed-content"];

const dropped = new Set([
  "strict-transport-security",
  "alt-svc",
  "nel",
  "report-to",
  // The real one would end the worker that answers here.
  "clear-site-data",
  // The cookie jar has them.
  "set-cookie",
  "set-cookie2",
  // Of the connection between agent and target.
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "trailer",
  "upgrade",
  // Rewritten policy by policy.
  "content-security-policy",
]);

function isKept(name: string, context: HeaderContext): boolean {
  if (dropped.has(name)) return false;
  if (name === "x-frame-options") return !context.isDocument;
  if (name === "content-encoding") return !context.isDecoded;
  return name !== "content-length" || context.keepsLength;
}

/** A header that the browser refuses is left out; the rest of the answer is still good. */
function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // A name or value outside of fetch's grammar.
  }
}
