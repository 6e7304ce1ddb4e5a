/** The TCP port, taken before anything else is made, because the dashboard's default origin names it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TunnelError } from "@culvert/protocol";
import { serverLimits } from "../limits.ts";

/** What to listen at. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly nextFreePort: boolean;
}

/** A server that listens and answers 503 until it gets another handler; rejects with `limit-reached` where the port is taken. */
export async function listen({ host, port, nextFreePort }: ListenOptions): Promise<{ server: Server; port: number }> {
  const last = nextFreePort && port !== 0 ? Math.min(65_535, port + serverLimits.portTries) : port;
  for (let candidate = port; candidate <= last; candidate += 1) {
    const server = createServer({ maxHeaderSize: serverLimits.headerBytes, requestTimeout: 60_000 });
    server.on("request", answerStarting);
    const outcome = await tryListen(server, host, candidate);
    if (outcome.type === "listening") return { server, port: outcome.port };
    if (outcome.error.code !== "EADDRINUSE") {
      throw new TunnelError("network", `${host}:${candidate} cannot be listened at (${outcome.error.code}).`, {
        cause: outcome.error,
        hint: "Choose another address with --host and --port.",
      });
    }
  }
  throw new TunnelError("limit-reached", `Port ${port} of ${host} is taken by another program.`, {
    hint: "Stop that program, or choose another port with --port.",
  });
}

type Outcome = { type: "listening"; port: number } | { type: "failed"; error: NodeJS.ErrnoException };

function tryListen(server: Server, host: string, port: number): Promise<Outcome> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ type: "failed", error }));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      const address = server.address() as AddressInfo;
      resolve({ type: "listening", port: address.port });
    });
  });
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "retry-after": "1", connection: "close" }).end("Culvert starts.\n");
}
