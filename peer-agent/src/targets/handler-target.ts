/** A target in this very process: functions that answer requests, take WebSockets or raw streams. */
import type { Duplex } from "node:stream";
import type { ReceivedWebSocket } from "@culvert/protocol/http";
import { failure } from "@culvert/protocol/http";
import type { HeaderRules } from "@culvert/protocol/signaling";
import { ServiceSocket } from "../viewer/service-socket.ts";
import { runHandlerExchange } from "./handler-exchange.ts";
import type { ServiceTarget } from "./target.ts";
import { headersFromTarget, headersToTarget } from "./target-headers.ts";

/**
 * What a program offers. A kind that is left out is refused with `unsupported`. What a function throws, or rejects with,
 * reaches `onFault` and never a viewer, who is told only that the app failed.
 */
export interface ServiceHandler {
  /** Answers one request. `request.signal` aborts where the viewer gives up. */
  fetch?(request: Request): Response | Promise<Response>;
  /** Takes one WebSocket: calls exactly one of `accept`, `refuse` and `fail`. It is over when the promise resolves. */
  webSocket?(request: ReceivedWebSocket): void | Promise<void>;
  /** Takes one raw stream of a service of mode tcp. */
  stream?(stream: Duplex): void;
  /**
   * Lists terminal sessions that it shows (`terminalListSchema` of the protocol), for the machine's page in the dashboard.
   * A service that has none leaves it out.
   */
  terminals?(): Promise<unknown>;
  onFault?(thrown: unknown): void;
}

export interface HandlerTargetOptions {
  readonly handler: ServiceHandler;
  /** Names the app's origin as the handler sees it: `http://<name>.localhost`. */
  readonly serviceName: string;
  /** The machine's. */
  readonly label: string;
  readonly rules?: HeaderRules | undefined;
}

/** A target of functions. It is always reachable. */
export function createHandlerTarget({ handler, serviceName, label, rules }: HandlerTargetOptions): ServiceTarget {
  const authority = `${serviceName}.localhost`;
  const origin = `http://${authority}`;
  const address = { authority, origin, origins: [origin] };
  const onFault = (thrown: unknown) => handler.onFault?.(thrown);
  const nothing = (what: string) => failure("unsupported", `The app of ${label} takes no ${what}.`);
  return {
    async exchange(request) {
      if (handler.fetch === undefined) return void (await request.fail(nothing("requests")).catch(() => {}));
      await runHandlerExchange(request, {
        fetch: (asked) => handler.fetch?.(asked) ?? new Response(null, { status: 501 }),
        origin: rules?.origin ?? origin,
        headers: headersToTarget(request.head.headers, address, rules),
        mapAnswer: (headers) => headersFromTarget(headers, address, rules),
        failed: failure("target-aborted", `The app of ${label} failed to answer.`),
        onFault,
      });
    },
    async joinWebSocket(request) {
      if (handler.webSocket === undefined) return void (await request.fail(nothing("WebSockets")).catch(() => {}));
      const headers = headersToTarget(request.head.headers, address, rules);
      try {
        await handler.webSocket({ ...request, head: { ...request.head, headers } });
      } catch (thrown) {
        onFault(thrown);
        request.abort("target-aborted");
      }
    },
    async joinStream(stream) {
      if (handler.stream === undefined) return stream.reset("unsupported");
      const duplex = new ServiceSocket(stream);
      // Its faults are the viewer's doing; a program that wants them listens too.
      duplex.on("error", () => {});
      try {
        handler.stream(duplex);
      } catch (thrown) {
        onFault(thrown);
        stream.reset("target-aborted");
      }
      await stream.closed.catch(() => {});
    },
    ...(handler.terminals !== undefined && { terminals: async () => handler.terminals?.() }),
    isReachable: async () => true,
    close: async () => {},
  };
}
