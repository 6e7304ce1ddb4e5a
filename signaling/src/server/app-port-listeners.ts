/**
 * Listens at the app ports that were given and hands connections to the one HTTP server, whose limits and end are theirs
 * too: a port costs a socket and no server of its own.
 */
import type { Server } from "node:http";
import { createServer, type Server as PortServer } from "node:net";
import { TunnelError } from "@culvert/protocol";
import type { PortListeners } from "../hosting/index.ts";

export class AppPortListeners implements PortListeners {
  readonly #host: string;
  readonly #server: Server;
  readonly #listening = new Map<number, PortServer>();

  constructor(host: string, server: Server) {
    this.#host = host;
    this.#server = server;
  }

  async listen(port: number): Promise<"listening" | "taken"> {
    if (this.#listening.has(port)) return "listening";
    const listener = createServer((socket) => this.#server.emit("connection", socket));
    const fault = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      listener.once("error", resolve);
      listener.listen(port, this.#host, () => resolve(undefined));
    });
    if (fault === undefined) {
      this.#listening.set(port, listener);
      return "listening";
    }
    if (fault.code === "EADDRINUSE") return "taken";
    throw new TunnelError("unavailable", `The app port ${this.#host}:${port} cannot be listened at (${fault.code}).`, {
      cause: fault,
      hint: "Choose others with --app-ports.",
    });
  }

  /** Gives the ports back at once; connections end with the HTTP server, and are not waited for. */
  close(): void {
    for (const listener of this.#listening.values()) listener.close();
    this.#listening.clear();
  }
}
