/** A target on this machine's loopback: HTTP by undici, WebSockets by ws. */
import { connect } from "node:net";
import { limits } from "@culvert/protocol";
import type { ReceivedRequest, ReceivedWebSocket } from "@culvert/protocol/http";
import { Pool } from "undici";
import { localhostLookup } from "../network/localhost-lookup.ts";
import { runHttpExchange } from "./http-exchange.ts";
import { headersFromTarget, headersToTarget, targetAuthority } from "./loopback-headers.ts";
import type { ServiceTarget } from "./target.ts";
import type { TargetPlace } from "./target-failure.ts";
import { runWebSocketExchange } from "./websocket-exchange.ts";

const connectTimeoutMs = 5_000;
/** Below the 309 s after which browsers give up on an answer without a head. */
const headTimeoutMs = 290_000;
const probeTimeoutMs = 2_000;

/** A target on `127.0.0.1:<port>`, or on `[::1]:<port>` where only that answers: dev servers do either. */
export function createLoopbackTarget(place: TargetPlace): ServiceTarget {
  const { port } = place;
  const authority = targetAuthority(port);
  const pool = new Pool(`http://${authority}`, {
    connect: { lookup: localhostLookup, autoSelectFamily: true, timeout: connectTimeoutMs },
    connections: null,
    pipelining: 1,
    headersTimeout: headTimeoutMs,
    bodyTimeout: 0,
    maxHeaderSize: limits.headBytes,
  });
  const mapAnswer = (headers: ReceivedRequest["head"]["headers"]) => headersFromTarget(headers, port);
  return {
    exchange(request: ReceivedRequest) {
      const headers = headersToTarget(request.head.headers, port);
      return runHttpExchange(request, { dispatcher: pool, place, headers, mapAnswer });
    },
    joinWebSocket(request: ReceivedWebSocket) {
      const headers = headersToTarget(request.head.headers, port);
      const url = `ws://${authority}${request.head.path}`;
      return runWebSocketExchange(request, { url, place, headers, mapAnswer });
    },
    isReachable: () => takesConnections(port),
    close: () => pool.destroy(),
  };
}

/** Opens a connection and drops it. */
function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "localhost", port, lookup: localhostLookup, autoSelectFamily: true });
    const settle = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(probeTimeoutMs, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
