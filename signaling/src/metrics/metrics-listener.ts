/**
 * A port of its own for `/metrics`. Invariant: figures are never on the port that the world reaches; who may read them
 * is decided by where this listens.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TunnelError } from "@culvert/protocol";
import type { Metrics } from "./metrics.ts";

/** A listener that answers. */
export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens it; rejects with `limit-reached` or `network` where the port cannot be had. */
export function openMetricsListener(
  { host, port }: { readonly host: string; readonly port: number },
  metrics: Metrics,
): Promise<MetricsListener> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("There are figures at /metrics.\n");
      return;
    }
    metrics.read().then(
      ({ type, text }) => response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const code = cause.code === "EADDRINUSE" ? "limit-reached" : "network";
      const hint = "Choose another one with --metrics-host and --metrics-port.";
      reject(new TunnelError(code, `Figures cannot be served at ${host}:${port} (${cause.code}).`, { cause, hint }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
