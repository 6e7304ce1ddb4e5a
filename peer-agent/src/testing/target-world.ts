/** Where a target under test lives: how its server is made and reached, and what it is called then. */

import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "@culvert/protocol/signaling";
import { createSocketTarget } from "../targets/socket-target.ts";
import type { ServiceTarget } from "../targets/target.ts";
import { type SocketTarget, targetAddress } from "../targets/target-address.ts";
import { listen } from "./asking-viewer.ts";
import type { TestCertificate } from "./test-certificate.ts";

/** One kind of target. `port`: of the server; 0 where it has none. */
export interface TargetWorld {
  createServer(listener: RequestListener): Server;
  /** Listens and gives the port; on the same one again where it is given. */
  listen(server: Server, port?: number): Promise<number>;
  /** A target on a machine called studio. */
  createTarget(port: number): ServiceTarget;
  /** Host as the server sees it. */
  authority(port: number): string;
  origin(port: number): string;
  /** Completes "Nothing answers …". */
  where(port: number): string;
}

/** A server on a loopback port, spoken to as a target of type loopback. */
export const loopbackWorld: TargetWorld = portWorld({
  createServer: (listener) => createServer(listener),
  scheme: "http",
  targetFor: (port) => ({ type: "loopback", port }),
  host: "localhost",
  where: (port) => `on port ${port} of studio`,
});

/** The same port, reached as an address in the network. */
export const lanWorld: TargetWorld = portWorld({
  createServer: (listener) => createServer(listener),
  scheme: "http",
  targetFor: (port) => ({ type: "lan", host: "127.0.0.1", port }),
  host: "127.0.0.1",
  where: () => "at the address in the network of studio",
});

/** Behind TLS with a pinned certificate. */
export function tlsWorld({ key, cert, sha256 }: TestCertificate): TargetWorld {
  return portWorld({
    createServer: (listener) => createTlsServer({ key, cert }, listener) as unknown as Server,
    scheme: "https",
    targetFor: (port) => ({ type: "loopback", port, tls: { verify: { sha256 } } }),
    host: "localhost",
    where: (port) => `on port ${port} of studio`,
  });
}

/** On a unix socket. */
export function unixWorld(): TargetWorld {
  const path = join(mkdtempSync(join(tmpdir(), "culvert-unix-")), "app.sock");
  return {
    createServer: (listener) => createServer(listener),
    async listen(server) {
      server.listen(path);
      await once(server, "listening");
      return 0;
    },
    createTarget: () => targetFor({ type: "unix", path }),
    authority: () => "localhost",
    origin: () => "http://localhost",
    where: () => "on the socket of studio",
  };
}

interface PortWorld {
  createServer(listener: RequestListener): Server;
  readonly scheme: "http" | "https";
  targetFor(port: number): SocketTarget;
  readonly host: string;
  where(port: number): string;
}

function portWorld({ createServer, scheme, targetFor: target, host, where }: PortWorld): TargetWorld {
  return {
    createServer,
    listen: (server, port = 0) => listen(server, "127.0.0.1", port),
    createTarget: (port) => targetFor(target(port)),
    authority: (port) => `${host}:${port}`,
    origin: (port) => `${scheme}://${host}:${port}`,
    where,
  };
}

/** A target on a machine called studio. */
export function targetFor(target: Exclude<Target, { type: "handler" }>): ServiceTarget {
  return createSocketTarget({ address: targetAddress(target, "studio") });
}
