/**
 * A port of this machine whose connections are each carried as a stream of their own.
 * Invariant: both directions end apart, as TCP's do; what breaks one connection leaves the others alone.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TunnelError } from "@culvert/protocol";

/** What a port is forwarded with. */
export interface PortForwardOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Opens the other end of one connection. */
  connect(): Promise<Duplex>;
  /** A connection came; `open` are there now. */
  onOpened(open: number): void;
  /** It is over. `error`: why, where it was cut. */
  onClosed(open: number, error: TunnelError | undefined): void;
}

/** A port that listens. */
export interface PortForward {
  readonly port: number;
  /** Takes no more connections and cuts those that there are. Idempotent. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects in words where the port cannot be had. */
export async function forwardPort(options: PortForwardOptions): Promise<PortForward> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    options.onOpened(sockets.size);
    void carry(socket, options).then((error) => {
      sockets.delete(socket);
      options.onClosed(sockets.size, error);
    });
  });
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Carries one connection to its end. Resolves with what cut it. */
async function carry(socket: Socket, { connect }: PortForwardOptions): Promise<TunnelError | undefined> {
  // Whoever leaves before there is another end must not end this program.
  const left = new AbortController();
  socket.once("error", () => left.abort());
  try {
    const remote = await connect();
    if (left.signal.aborted) {
      remote.destroy();
      return undefined;
    }
    // Each direction ends the other side's writing; the first fault cuts both.
    await Promise.all([pipeline(socket, remote, { end: true }), pipeline(remote, socket, { end: true })]);
    return undefined;
  } catch (thrown) {
    socket.destroy();
    return thrown instanceof TunnelError ? thrown : undefined;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portFault(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
}

function portFault(cause: NodeJS.ErrnoException, port: number): TunnelError {
  if (cause.code === "EADDRINUSE") {
    const hint = "Stop that program, or take another port; 0 takes any free one.";
    return new TunnelError("invalid-request", `Port ${port} is taken by another program of this machine`, {
      cause,
      hint,
    });
  }
  if (cause.code === "EACCES") {
    const hint = "Take a port above 1023.";
    return new TunnelError("forbidden", `You may not listen on port ${port}`, { cause, hint });
  }
  return new TunnelError("internal", `Port ${port} cannot be listened on: ${cause.message}`, { cause });
}
