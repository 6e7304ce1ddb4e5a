/**
 * Which ICE candidates and servers reach a library. Pure.
 * Invariant: a hidden (`.local`) candidate never does: nobody outside the browser's machine can resolve it, and the
 * browser's checks arrive as peer-reflexive candidates instead (RFC 8445 §7.3.1.3, draft-ietf-mmusic-mdns-ice-candidates).
 */
import { TunnelError } from "@culvert/protocol";
import type { IceServer } from "@culvert/protocol/signaling";

/** True where a candidate line can be used by a library that speaks UDP to addresses. */
export function isUsableCandidate(candidate: string): boolean {
  const [, , transport, , address] = candidate.replace(/^a=/, "").split(" ");
  if (transport === undefined || address === undefined) return false;
  return transport.toLowerCase() === "udp" && !address.endsWith(".local");
}

/**
 * An SDP without the candidates that cannot be used and without the claim that no more follow. Throws `protocol-error`
 * (scope path, origin remote) where it describes no data channel: one library takes such a text without a word.
 */
export function usableDescription(sdp: string): string {
  if (!/^m=application /m.test(sdp)) {
    const words = "the session description holds no data channel";
    throw new TunnelError("protocol-error", words, { scope: "path", origin: "remote" });
  }
  return sdp
    .split(/\r?\n/)
    .filter((line) => {
      if (line.startsWith("a=end-of-candidates")) return false;
      return !line.startsWith("a=candidate:") || isUsableCandidate(line);
    })
    .join("\r\n");
}

/** The servers that an attempt may use: a direct one never asks a TURN server. */
export function serversFor(kind: "direct" | "turn", servers: readonly IceServer[]): IceServer[] {
  if (kind === "turn") return [...servers];
  return servers.flatMap((server) => {
    const urls = server.urls.filter((url) => /^stuns?:/i.test(url));
    return urls.length === 0 ? [] : [{ urls }];
  });
}

/** What an attempt should be: one that may use TURN wherever there is a server for it, as ICE prefers direct ways itself. */
export function attemptKind(servers: readonly IceServer[]): "direct" | "turn" {
  return servers.some(({ urls }) => urls.some((url) => /^turns?:/i.test(url))) ? "turn" : "direct";
}

/** The candidate lines of an SDP, without `a=`. */
export function candidatesIn(sdp: string): string[] {
  return sdp
    .split(/\r?\n/)
    .filter((line) => line.startsWith("a=candidate:"))
    .map((line) => line.slice("a=".length));
}

/** An SDP without its candidates. */
export function withoutCandidates(sdp: string): string {
  return sdp
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("a=candidate:"))
    .join("\r\n");
}
