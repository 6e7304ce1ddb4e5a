/** What a service's policy lets through to its target. Pure. */
import { codes } from "@culvert/protocol";
import { type Failure, failure, type HeaderList } from "@culvert/protocol/http";
import type { ServicePolicy } from "@culvert/protocol/signaling";
import { readPath } from "./request-path.ts";

/** Methods that make an HTTP server do something else than answer (RFC 9110 §9.3.6, §9.3.8; RFC 9113 §3.4). */
const refusedMethods: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "PRI"]);
/** Names that frame a body: without them a request cannot be sent at all. */
const framingHeaders: ReadonlySet<string> = new Set(["content-length"]);
/** They name another method than the one that was checked; frameworks obey them. */
const methodOverrides: ReadonlySet<string> = new Set(["x-http-method-override", "x-http-method", "x-method-override"]);

/** The failure that a viewer gets in place of an answer, or undefined where the request may go to the target. */
export function refusalOf(policy: ServicePolicy, method: string, path: string): Failure | undefined {
  if (refusedMethods.has(method.toUpperCase()))
    return refusal(`The method ${method} is not forwarded.`, "methods that are never forwarded");
  const { methods } = policy.allow;
  if (methods !== undefined && !methods.includes(method)) {
    return refusal(`This service does not allow the method ${method.slice(0, 32)}.`, "allow.methods");
  }
  const reading = readPath(path);
  if (reading.type === "refused")
    return refusal(`The request is refused: ${reading.reason}.`, "paths that cannot be read");
  const allowed = policy.allow.pathPrefixes;
  const denied = policy.deny?.pathPrefixes;
  if (allowed === undefined && denied === undefined) return undefined;
  if (reading.type === "ambiguous") {
    return refusal(`The request is refused: ${reading.reason}.`, "paths that can be read in two ways");
  }
  const deniedBy = denied?.find((prefix) => isUnder(plainest(reading.comparable), plainest(prefix)));
  if (deniedBy !== undefined)
    return refusal("This service does not allow that path.", `deny.pathPrefixes: ${deniedBy}`);
  if (allowed !== undefined && !allowed.some((prefix) => isUnder(reading.comparable, prefix))) {
    return refusal("This service does not allow that path.", "allow.pathPrefixes");
  }
  return undefined;
}

/** The hint names the rule: whoever asked knows the path already, and whoever wrote the rule looks for it. */
function refusal(message: string, rule: string): Failure {
  return failure("policy", message, `${codes.policy.hint} The rule: ${rule}.`.trim());
}

/** The request headers that the policy lets through, in order. */
export function allowedHeaders(policy: ServicePolicy, headers: HeaderList): HeaderList {
  const allowed = nameSet(policy.allow.headers);
  const denied = nameSet(policy.deny?.headers);
  const isMethodFixed = policy.allow.methods !== undefined;
  if (allowed === undefined && denied === undefined && !isMethodFixed) return headers;
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (framingHeaders.has(lower)) return true;
    if (denied?.has(lower) || (isMethodFixed && methodOverrides.has(lower))) return false;
    return allowed === undefined || allowed.has(lower);
  });
}

/** Segment-wise: `/api` holds `/api` and `/api/x`, not `/apix`; a prefix with a final slash holds what is below it. */
function isUnder(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return prefix.endsWith("/") || path.length === prefix.length || path[prefix.length] === "/";
}

/** For denials the widest reading counts: some targets fold case, cut parameters off a segment, or its last dots and spaces. */
function plainest(path: string): string {
  return path
    .toLowerCase()
    .replace(/;[^/]*/g, "")
    .replace(/[. ]+(?=\/|$)/g, "");
}

function nameSet(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names === undefined ? undefined : new Set(names.map((name) => name.toLowerCase()));
}
