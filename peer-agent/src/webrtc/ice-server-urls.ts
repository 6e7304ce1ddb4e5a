/** ICE server URLs (RFC 7064, RFC 7065) as node-datachannel takes them. Pure. */
import type { IceServer } from "@culvert/protocol/signaling";

/** One server in node-datachannel's words; a STUN server has no `relayType`. */
export interface NativeIceServer {
  readonly hostname: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly relayType?: "TurnUdp" | "TurnTcp" | "TurnTls";
}

const pattern = /^(stuns?|turns?):(\[[0-9a-fA-F:.]+\]|[^:?]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;

/** Every URL that can be used, in order; others are left out. */
export function toNativeServers(servers: readonly IceServer[]): NativeIceServer[] {
  return servers.flatMap((server) => server.urls.flatMap((url) => parse(url, server)));
}

function parse(url: string, server: IceServer): NativeIceServer[] {
  const match = pattern.exec(url);
  if (match === null) return [];
  const [, scheme, host = "", portText, transport] = match;
  const secure = scheme === "stuns" || scheme === "turns";
  const port = portText === undefined ? (secure ? 5349 : 3478) : Number(portText);
  const hostname = host.replace(/^\[|\]$/g, "");
  if (scheme === "stun" || scheme === "stuns") return [{ hostname, port }];
  if (server.username === undefined || server.credential === undefined) return [];
  const relayType = secure ? "TurnTls" : transport === "tcp" ? "TurnTcp" : "TurnUdp";
  return [{ hostname, port, username: server.username, password: server.credential, relayType }];
}
