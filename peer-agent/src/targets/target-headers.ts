/**
 * Headers between the tunnel and a target. The viewer writes `app:` where the app's own address belongs (SPEC.md §HTTP);
 * the target reads and writes its own authority there. Invariant: framing, Host and what stands for proxies are the
 * agent's word, never the viewer's. Pure.
 */
import { endToEndHeaders, type HeaderList, mapAppToOrigin, mapOriginToApp } from "@culvert/protocol/http";
import type { HeaderRules } from "@culvert/protocol/signaling";
import type { TargetAddress } from "./target-address.ts";

/** Our own connection to the target sets Host, and waits for no 100 (RFC 9110 §10.1.1). */
const ownHeaders: ReadonlySet<string> = new Set(["host", "expect", "http2-settings"]);
/** A target on this machine believes them of a peer on loopback, which is what the agent is (RFC 7239 §8.1). */
const forwardedHeaders = /^(forwarded|x-forwarded-.*|x-real-ip|x-client-ip|x-original-(url|host|uri)|x-rewrite-url)$/;

type Address = Pick<TargetAddress, "authority" | "origin" | "origins">;

/** Request headers as the target gets them, Host among them: its own origin in place of `app:`. */
export function headersToTarget(headers: HeaderList, address: Address, rules: HeaderRules = {}): HeaderList {
  const kept = endToEndHeaders(headers).filter(([name]) => passes(name.toLowerCase(), rules));
  const set = Object.entries(rules.set ?? {});
  const host: [string, string] = ["Host", rules.host ?? address.authority];
  return [host, ...mapAppToOrigin(kept, rules.origin ?? address.origin), ...set];
}

/** An answer's headers as the viewer gets them: `app:` in place of every name that the target may have for itself. */
export function headersFromTarget(headers: HeaderList, address: Address, rules: HeaderRules = {}): HeaderList {
  const scheme = address.origin.slice(0, address.origin.indexOf("//"));
  const configured = [rules.origin, rules.host && `${scheme}//${rules.host}`].filter((origin) => origin !== undefined);
  return mapOriginToApp(endToEndHeaders(headers), [...address.origins, ...configured.map((one) => one.toLowerCase())]);
}

function passes(name: string, { forwarded = "drop", set = {} }: HeaderRules): boolean {
  if (ownHeaders.has(name)) return false;
  if (forwarded === "drop" && forwardedHeaders.test(name)) return false;
  return !Object.keys(set).some((known) => known.toLowerCase() === name);
}
