/** Servers that nobody may reach: beside the target's port, on other loopback addresses, and on a unix socket. */

import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Canaries {
  /** host:port of each. */
  readonly places: readonly string[];
  readonly socketPath: string;
  /** What reached one of them, with its first bytes. */
  readonly hits: readonly string[];
  close(): void;
}

/** Starts them around a target's port. Neighbouring ports that are taken already are left out. */
export async function startCanaries(targetPort: number): Promise<Canaries> {
  const hits: string[] = [];
  const servers: Server[] = [];
  const places: string[] = [];
  const start = async (place: string, listen: (server: Server) => void): Promise<void> => {
    const server = createServer((socket) => {
      hits.push(place);
      socket.on("error", () => {});
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ncanary");
    });
    listen(server);
    // Rejects where the port is taken.
    const isUp = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isUp) return;
    servers.push(server);
    places.push(place);
  };
  for (const port of [targetPort - 1, targetPort + 1]) {
    await start(`127.0.0.1:${port}`, (server) => server.listen(port, "127.0.0.1"));
  }
  for (const host of ["127.0.0.2", "127.1.2.3", "::1"]) {
    const name = host.includes(":") ? `[${host}]` : host;
    await start(`${name}:${targetPort}`, (server) => server.listen(targetPort, host));
  }
  const far = createServer();
  far.listen(0, "127.0.0.1");
  await once(far, "listening");
  const address = far.address();
  const farPort = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => far.close(resolve));
  await start(`127.0.0.1:${farPort}`, (server) => server.listen(farPort, "127.0.0.1"));
  const socketPath = join(mkdtempSync(join(tmpdir(), "culvert-canary-")), "canary.sock");
  if (process.platform !== "win32") await start(`unix:${socketPath}`, (server) => server.listen(socketPath));
  return {
    ...{ places, socketPath, hits },
    close: () => {
      for (const server of servers) server.close();
    },
  };
}
