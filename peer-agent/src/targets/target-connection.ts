/**
 * Opens connections to a target: the one place that knows how. Invariant: where a fingerprint is pinned, not a byte is
 * written before it was compared.
 */
import { connect as connectPlain, isIP, type NetConnectOpts, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { TunnelError } from "@culvert/protocol";
import { lanLookup } from "../network/lan-lookup.ts";
import { localhostLookup } from "../network/localhost-lookup.ts";
import type { SocketTarget, TargetAddress } from "./target-address.ts";

const connectTimeoutMs = 5_000;
const keepAliveMs = 60_000;
/** On loopback nobody is silent: a refusal comes at once, and a slow answer means that this process was busy. */
const loopbackAttemptMs = connectTimeoutMs;
const networkAttemptMs = 1_000;
const lookupInNetwork = lanLookup();

export interface ConnectionWish {
  /** Protocols to offer by ALPN; none for what is no HTTP. */
  readonly protocols?: readonly string[];
  /** Five seconds where it is left out. */
  readonly timeoutMs?: number;
}

/**
 * A connected socket, after the TLS handshake and its checks. Rejects with Node's own error where nobody answers, and
 * with a TunnelError in words for a certificate that is not the right one. A socket that came is the caller's.
 */
export function openConnection(address: TargetAddress, wish: ConnectionWish = {}): Promise<Socket> {
  const { tls } = address;
  const socket = tls === undefined ? connectPlain(placeOf(address.target)) : connectTls(tlsOptions(address, wish));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined) => {
      socket.off("error", settle).off("timeout", onTimeout);
      socket.setTimeout(0);
      if (error === undefined) return resolve(socket);
      socket.on("error", () => {}).destroy();
      reject(tls === undefined ? error : inTlsWords(error, address));
    };
    const onTimeout = () => settle(Object.assign(new Error("the target took no connection"), { code: "ETIMEDOUT" }));
    socket.setTimeout(wish.timeoutMs ?? connectTimeoutMs, onTimeout);
    socket.once("error", settle);
    if (tls === undefined) socket.once("connect", () => settle(undefined));
    else socket.once("secureConnect", () => settle(pinFault(socket as TLSSocket, address)));
  });
}

function placeOf(target: SocketTarget): NetConnectOpts {
  switch (target.type) {
    case "loopback":
      return { host: "localhost", port: target.port, lookup: localhostLookup, ...eachFamily(loopbackAttemptMs) };
    case "lan":
      return { host: target.host, port: target.port, lookup: lookupInNetwork, ...eachFamily(networkAttemptMs) };
    case "unix":
      return { path: target.path };
  }
}

function eachFamily(attemptMs: number) {
  return { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptMs };
}

function tlsOptions({ target, tls }: TargetAddress, { protocols }: ConnectionWish): ConnectionOptions {
  const place = placeOf(target);
  const host = "host" in place ? place.host : undefined;
  const serverName = tls?.serverName ?? host ?? "";
  return {
    ...(place as ConnectionOptions),
    // A name in SNI is never an address (RFC 6066 §3); the certificate is held to the same word.
    ...(isIP(serverName) === 0 ? { servername: serverName } : { servername: "" }),
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    rejectUnauthorized: tls?.verify === "system",
  };
}

/** What is wrong with the certificate that the target showed, by the pin. */
function pinFault(socket: TLSSocket, { tls, place }: TargetAddress): TunnelError | undefined {
  if (tls === undefined || typeof tls.verify === "string") return undefined;
  const shown = plain(socket.getPeerCertificate().fingerprint256 ?? "");
  if (shown === plain(tls.verify.sha256)) return undefined;
  return new TunnelError(
    "target-unreachable",
    `The app ${place.where} shows another certificate than the pinned one.`,
    {
      hint: `If you renewed it, pin its SHA-256: ${shown}`,
    },
  );
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

/** RFC 7301 §3.2: the alert of a server that speaks none of what was offered. */
const noCommonProtocol = "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;

function inTlsWords(error: Error, { place }: TargetAddress): Error {
  const code = codeOf(error);
  if (certificateCodes.test(code)) {
    return new TunnelError("target-unreachable", `The certificate of the app ${place.where} is not trusted: ${code}.`, {
      hint: "Pin its SHA-256 in the service's settings, or choose to skip the check there.",
      cause: error,
    });
  }
  if (code === noCommonProtocol) {
    return new TunnelError("target-unreachable", `The app ${place.where} takes no HTTP/1.1.`, {
      hint: "Let it take HTTP/1.1 beside HTTP/2, as servers do by default.",
      cause: error,
    });
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) {
    return new TunnelError("target-unreachable", `The app ${place.where} does not speak TLS.`, {
      hint: "Leave tls out of the service's settings if the app is plain HTTP.",
      cause: error,
    });
  }
  return error;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}
