/** The way to the dashboard's server: name, certificate, whether it is one of ours, WebSocket, clock. */
import { type LookupAddress, lookup } from "node:dns";
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { toAgentSchema } from "@culvert/protocol/signaling";
import { Agent, request } from "undici";
import { isLocalhostName, localhostLookup } from "../../network/localhost-lookup.ts";
import { openMessageSocket } from "../../network/message-socket.ts";
import { networkCode, networkReason } from "../../network/network-words.ts";
import { spokenDuration } from "../spoken.ts";
import { doubtful, type Finding, fine, wrong } from "./finding.ts";

const answerTimeoutMs = 10_000;
/** The control plane's own leeway. */
const clockLeewayMs = 30_000;
const dayMs = 86_400_000;

/** Addresses of the server's name. */
export async function nameFinding({ hostname }: URL): Promise<Finding> {
  const name = hostname.replace(/^\[|\]$/g, "");
  if (isLocalhostName(name)) return fine("name", `${name} is this machine`);
  if (isIP(name) !== 0) return fine("name", `${name} is an address already`);
  try {
    const found: LookupAddress[] = await promisify(lookup)(name, { all: true });
    return fine("name", `${name} is ${found.map(({ address }) => address).join(", ")}`);
  } catch (thrown) {
    const code = networkCode(thrown);
    if (code === "EAI_AGAIN") {
      return wrong("name", "no name server answers", "Look whether this machine has a network at all.");
    }
    return wrong("name", `${name} has no address`, "Check the address for typing errors; ask who runs the server.");
  }
}

/** A connection, and over TLS a certificate that this machine trusts. */
export function connectionFinding(url: URL): Promise<Finding> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const options = { host, port, lookup: localhostLookup, autoSelectFamily: true, timeout: answerTimeoutMs };
    const socket = isTls
      ? connectTls({ ...options, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectPlain(options);
    const settle = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.once(isTls ? "secureConnect" : "connect", () => {
      const took = spokenDuration(performance.now() - startedMs);
      if ("getPeerCertificate" in socket) settle(certificateFinding(socket.getPeerCertificate().valid_to, took));
      else settle(plainFinding(url, took));
    });
    socket.once("timeout", () => settle(unreachable(url, "nothing came back in time")));
    socket.once("error", (error) => settle(isTls ? tlsFault(url, error) : unreachable(url, networkReason(error))));
  });
}

/** Whether a Culvert server answers there. */
export async function apiFinding(url: URL): Promise<Finding> {
  const dispatcher = new Agent({ connect: { lookup: localhostLookup } });
  try {
    const options = { dispatcher, headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs };
    const { statusCode, body } = await request(new URL("/healthz", url), options);
    const text = (await body.text()).slice(0, 200);
    if (statusCode === 200 && /"status":\s*"ok"/.test(text)) return fine("server", "a Culvert server answers");
    const todo = "Check the address: it is the one that the dashboard shows in the browser.";
    return wrong("server", `something else than Culvert answers there (status ${statusCode})`, todo);
  } catch (thrown) {
    return wrong("server", `no answer to a request: ${networkReason(thrown)}`, "See the line above.");
  } finally {
    await dispatcher.destroy();
  }
}

/** Whether a WebSocket passes, and how this machine's clock stands against the server's. */
export function socketFindings(url: URL): Promise<Finding[]> {
  const address = new URL("/api/signaling/agent", url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new Promise((resolve) => {
    const settle = (...findings: Finding[]) => {
      clearTimeout(timer);
      socket.close();
      resolve(findings);
    };
    const blocked = (reason: string) =>
      wrong("websocket", `no WebSocket comes up: ${reason}`, "Let the proxy or firewall between pass WebSockets.");
    const timer = setTimeout(() => settle(blocked("nothing came back in time")), answerTimeoutMs);
    const socket = openMessageSocket(address.href, {
      onOpen: () => {},
      onBytes: () => {},
      onClose: (reason) => settle(blocked(reason)),
      onText(text) {
        const message = toAgentSchema.safeParse(jsonOf(text)).data;
        if (message?.type === "challenge") {
          settle(
            fine("websocket", "the server's socket answers; the relay runs over it"),
            clockFinding(message.serverTimeMs, Date.now()),
          );
        }
      },
    });
  });
}

/** A wrong clock spoils certificates; tokens are checked by the server's time. */
export function clockFinding(serverMs: number, hereMs: number): Finding {
  const offMs = hereMs - serverMs;
  if (Math.abs(offMs) <= clockLeewayMs) return fine("clock", "agrees with the server's");
  const words = `${spokenDuration(Math.abs(offMs))} ${offMs > 0 ? "ahead of" : "behind"} the server's`;
  return doubtful("clock", words, "Set it right (timedatectl set-ntp true); certificates fail by it.");
}

function certificateFinding(validTo: string, took: string): Finding {
  const days = Math.floor((Date.parse(validTo) - Date.now()) / dayMs);
  if (days > 7) return fine("tls", `the certificate is good for ${days} days (${took})`);
  return doubtful("tls", `the certificate ends in ${days} days`, "Tell who runs the server to renew it.");
}

function plainFinding({ hostname }: URL, took: string): Finding {
  if (isLocalhostName(hostname) || /^(127\.|\[?::1)/.test(hostname)) return fine("connection", `up in ${took}`);
  const todo = "Use https:// where it can be had. Tunnels are sealed either way.";
  return doubtful("connection", `up in ${took}, not encrypted to the server`, todo);
}

function unreachable({ host }: URL, reason: string): Finding {
  return wrong(
    "connection",
    `${host} cannot be reached: ${reason}`,
    "Check that the server runs, and what blocks the way.",
  );
}

const certificateFaults: Readonly<Record<string, readonly [string, string]>> = {
  CERT_HAS_EXPIRED: [
    "the certificate's time is over",
    "Tell who runs the server to renew it; check this machine's clock.",
  ],
  CERT_NOT_YET_VALID: ["the certificate's time has not begun", "Check this machine's clock."],
  ERR_TLS_CERT_ALTNAME_INVALID: ["the certificate is for another name", "Use the name that the dashboard shows."],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["the certificate is signed by nobody that this machine knows", trustHint()],
  SELF_SIGNED_CERT_IN_CHAIN: ["the certificate is signed by nobody that this machine knows", trustHint()],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["the certificate's chain is not whole", trustHint()],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["the certificate is signed by nobody that this machine knows", trustHint()],
};

function tlsFault(url: URL, error: Error): Finding {
  const known = certificateFaults[networkCode(error)];
  return known === undefined ? unreachable(url, networkReason(error)) : wrong("tls", ...known);
}

function trustHint(): string {
  return "A proxy that reads TLS? Else name the authority's file in NODE_EXTRA_CA_CERTS.";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
