/** Candidate lines as a link rewrites them (RFC 8839 §5.1). Pure. */
import type { UdpAddress } from "./candidate-relay.ts";

/** The candidate lines inside an SDP, without `a=`. */
export function candidatesOf(sdp: string): readonly string[] {
  return linesOf(sdp).flatMap((line) => (line.startsWith("a=candidate:") ? [line.slice(2)] : []));
}

/** An SDP that names no candidates and does not claim that none follow. */
export function withoutCandidates(sdp: string): string {
  return linesOf(sdp)
    .filter((line) => !line.startsWith("a=candidate:") && !line.startsWith("a=end-of-candidates"))
    .join("\r\n");
}

/** The address of a host candidate over UDP and IPv4; undefined for any other candidate. */
export function hostAddressOf(candidate: string): UdpAddress | undefined {
  const [, component, transport, , address = "", port = "", , type] = candidate.split(" ");
  const isUsable = component === "1" && transport?.toLowerCase() === "udp" && type === "host";
  return isUsable && /^\d+\.\d+\.\d+\.\d+$/.test(address) ? { address, port: Number(port) } : undefined;
}

/** The same candidate at another address. */
export function withAddress(candidate: string, { address, port }: UdpAddress): string {
  return candidate.split(" ").with(4, address).with(5, String(port)).join(" ");
}

function linesOf(sdp: string): readonly string[] {
  return sdp.split(/\r?\n/);
}
