/** UDP, the kind of NAT, and TURN: what decides whether a direct path comes up. */
import { TunnelError } from "@culvert/protocol";
import type { IceServer } from "@culvert/protocol/signaling";
import { createTurnClient } from "werift";
import { doubtful, type Finding, fine, skipped, wrong } from "./finding.ts";
import type { StunProbe, StunServer } from "./stun-probe.ts";

const turnTimeoutMs = 8_000;

/** What the answers of STUN servers mean. Pure. */
export function stunFindings({ answers, localAddresses, localPort }: StunProbe): Finding[] {
  const findings = answers.map(({ server, mapped, fault }) => {
    const check = `stun ${server.host}:${server.port}`;
    if (mapped !== undefined) return fine(check, `sees this machine as ${mapped.address}:${mapped.port}`);
    return wrong(check, fault, "Let UDP out to it; without, direct paths come up within this network alone.");
  });
  const mapped = answers.flatMap((answer) => (answer.mapped === undefined ? [] : [answer.mapped]));
  const [first] = mapped;
  if (first === undefined) return findings;
  return [...findings, natFinding(mapped, localAddresses.includes(first.address) && first.port === localPort)];
}

function natFinding(mapped: readonly { readonly address: string; readonly port: number }[], isOwn: boolean): Finding {
  if (isOwn) return fine("nat", "none: this machine's own address is seen");
  const seen = new Set(mapped.map(({ address, port }) => `${address}:${port}`));
  if (mapped.length < 2) {
    const todo = "Name another server to learn its kind: culvert doctor --stun <host:port>";
    return { check: "nat", state: "fine", seen: "one, of a kind that one server cannot tell", todo };
  }
  if (seen.size === 1) return fine("nat", "one that keeps its mapping: direct paths come up with most networks");
  const todo = "Direct paths come up with easy networks alone: set up TURN, or --relay full.";
  return doubtful("nat", "symmetric: each server sees another address", todo);
}

/** Whether a TURN server gives an address with the session's own credentials. */
export async function turnFinding(server: IceServer, url: string): Promise<Finding> {
  const check = `turn ${url.replace(/^turns?:/, "")}`;
  const place = placeOf(url);
  if (place === undefined || server.username === undefined || server.credential === undefined) {
    return skipped(check, "the session names it without a way to use it");
  }
  const { host, port, transport } = place;
  const asking = createTurnClient(
    { address: [host, port], username: server.username, password: server.credential },
    { transport, connectTimeoutMs: turnTimeoutMs },
  );
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TunnelError("timeout", "no answer")), turnTimeoutMs);
  try {
    const turn = await Promise.race([asking, late.promise]);
    const [address, relayedPort] = turn.relayedAddress;
    await turn.close();
    return fine(check, `gives ${address}:${relayedPort} over ${transport}`);
  } catch (thrown) {
    void asking.then((turn) => turn.close()).catch(() => {});
    return turnFault(check, thrown);
  } finally {
    clearTimeout(timer);
  }
}

/** A refusal is the server's own answer; anything else means that none came. */
function turnFault(check: string, thrown: unknown): Finding {
  if (thrown instanceof Error && Reflect.get(thrown, "response") !== undefined) {
    const hint = "Its secret and its clock must be the dashboard's; its log says more.";
    return wrong(check, "refuses the session's credentials", hint);
  }
  const hint = "Check that it runs, and that this network lets its port and transport out.";
  return wrong(check, "no answer", hint);
}

/** Host, port and transport of a TURN address (RFC 7065). Undefined for what is none. */
export function placeOf(
  url: string,
): { readonly host: string; readonly port: number; readonly transport: "udp" | "tcp" | "tls" } | undefined {
  const match = /^(turns?):(\[[0-9a-fA-F:.]+\]|[^:?]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/.exec(url);
  if (match === null) return undefined;
  const [, scheme, host = "", port, transport] = match;
  const isSecure = scheme === "turns";
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? (isSecure ? 5349 : 3478) : Number(port),
    transport: isSecure ? "tls" : transport === "tcp" ? "tcp" : "udp",
  };
}

/** Host and port of `stun:` addresses. */
export function stunServersOf(servers: readonly IceServer[]): StunServer[] {
  return servers.flatMap(({ urls }) =>
    urls.flatMap((url) => {
      const match = /^stun:(\[[0-9a-fA-F:.]+\]|[^:?]+)(?::(\d{1,5}))?/.exec(url);
      if (match === null) return [];
      return [{ host: (match[1] ?? "").replace(/^\[|\]$/g, ""), port: Number(match[2] ?? 3478) }];
    }),
  );
}
