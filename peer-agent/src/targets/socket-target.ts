/** A target behind a socket: HTTP by undici, WebSockets by ws, bytes as they are. */
import { limits } from "@culvert/protocol";
import type { ReceivedRequest, ReceivedWebSocket } from "@culvert/protocol/http";
import type { HeaderRules, HealthProbe } from "@culvert/protocol/signaling";
import { probeHealth } from "./health-probe.ts";
import { runHttpExchange } from "./http-exchange.ts";
import { joinSocket } from "./socket-stream.ts";
import type { ServiceTarget } from "./target.ts";
import type { TargetAddress } from "./target-address.ts";
import { openConnection } from "./target-connection.ts";
import { headersFromTarget, headersToTarget } from "./target-headers.ts";
import { targetPool } from "./target-pool.ts";
import { runWebSocketExchange } from "./websocket-exchange.ts";

/** Idle connections are given up long before servers do (Node after 5 s): a request on one that just closed is lost. */
const idleConnectionMs = 2_000;
/** Below the 309 s after which browsers give up on an answer without a head. */
const headTimeoutMs = 290_000;
const probeTimeoutMs = 2_000;

export interface SocketTargetOptions {
  readonly address: TargetAddress;
  readonly rules?: HeaderRules | undefined;
  readonly probe?: HealthProbe | undefined;
  /** How long an answer's head may take; close to five minutes where it is left out. */
  readonly answerMs?: number | undefined;
}

/** A target on a port of this machine, `127.0.0.1` or `[::1]`, of another one, or on a unix socket. */
export function createSocketTarget(options: SocketTargetOptions): ServiceTarget {
  const { address, rules, probe, answerMs = headTimeoutMs } = options;
  const { place } = address;
  const pool = targetPool(address.origin, {
    connect: (_options, callback) => {
      openConnection(address, { protocols: ["http/1.1"] }).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
    connections: null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: idleConnectionMs,
    keepAliveMaxTimeout: idleConnectionMs,
    headersTimeout: answerMs,
    bodyTimeout: 0,
    maxHeaderSize: limits.headBytes,
  });
  const mapAnswer = (headers: ReceivedRequest["head"]["headers"]) => headersFromTarget(headers, address, rules);
  return {
    exchange(request: ReceivedRequest) {
      const headers = headersToTarget(request.head.headers, address, rules);
      return runHttpExchange(request, { dispatcher: pool, place, headers, mapAnswer });
    },
    joinWebSocket(request: ReceivedWebSocket) {
      const headers = headersToTarget(request.head.headers, address, rules);
      return runWebSocketExchange(request, { address, headers, mapAnswer });
    },
    joinStream: (stream) => joinSocket(stream, () => openConnection(address)),
    async isReachable() {
      const headers = headersToTarget([], address, rules);
      if (probe !== undefined) return probeHealth(pool, { path: probe.path, headers, timeoutMs: probeTimeoutMs });
      try {
        (await openConnection(address, { timeoutMs: probeTimeoutMs })).destroy();
        return true;
      } catch {
        return false;
      }
    },
    close: () => pool.destroy(),
  };
}
