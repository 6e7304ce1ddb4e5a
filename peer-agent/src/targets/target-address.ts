/** Where a target is reached, what it is called on the wire, and what people are told of it. Pure. */
import { isIPv6 } from "node:net";
import type { Target, TargetTls } from "@culvert/protocol/signaling";

/** A target that is reached through a socket. */
export type SocketTarget = Exclude<Target, { type: "handler" }>;

/** One target's address, ready for use. */
export interface TargetAddress {
  readonly target: SocketTarget;
  /** Undefined where the target speaks plainly. */
  readonly tls: TargetTls | undefined;
  /** What this machine's own browser would send as Host. */
  readonly authority: string;
  /** Serialised origin of `authority`. */
  readonly origin: string;
  /** Every origin that the target may call itself by in its answers. */
  readonly origins: readonly string[];
  readonly place: TargetPlace;
}

/** Words for faults: an address of the network or a file's path is nothing that viewers are told. */
export interface TargetPlace {
  /** "on port 3000 of studio": completes "Nothing answers …" and "The app …". */
  readonly where: string;
  /** The machine's label. */
  readonly label: string;
}

const localHosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"] as const;

/** The address of a target on or near a machine called `label`. */
export function targetAddress(target: SocketTarget, label: string): TargetAddress {
  const tls = target.type === "unix" ? undefined : target.tls;
  const scheme = tls === undefined ? "http" : "https";
  const originOf = (host: string) => `${scheme}://${withPort(host, target, scheme)}`;
  const authority = withPort(hostOf(target), target, scheme);
  return {
    target,
    tls,
    authority,
    origin: `${scheme}://${authority}`,
    origins: (target.type === "lan" ? [hostOf(target)] : localHosts).map(originOf),
    place: { where: whereOf(target, label), label },
  };
}

function hostOf(target: SocketTarget): string {
  if (target.type !== "lan") return "localhost";
  return isIPv6(target.host) ? `[${target.host.toLowerCase()}]` : target.host.toLowerCase();
}

function withPort(host: string, target: SocketTarget, scheme: "http" | "https"): string {
  if (target.type === "unix" || target.port === (scheme === "http" ? 80 : 443)) return host;
  return `${host}:${target.port}`;
}

function whereOf(target: SocketTarget, label: string): string {
  switch (target.type) {
    case "loopback":
      return `on port ${target.port} of ${label}`;
    case "lan":
      return `at the address in the network of ${label}`;
    case "unix":
      return `on the socket of ${label}`;
  }
}
