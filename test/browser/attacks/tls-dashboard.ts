/** A signaling server behind TLS of its own, as browsers meet it in the world: `__Host-` cookies, HSTS, wss. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { createSignalingServer, type SignalingServer } from "@culvert/signaling";

/** What runs. The certificate is nobody's: browsers are told to take it. */
export interface TlsDashboard {
  readonly origin: string;
  readonly server: SignalingServer;
  stop(): Promise<void>;
}

/** Starts it on free ports with an empty folder. */
export async function startTlsDashboard(): Promise<TlsDashboard> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = [
    "-subj",
    "/CN=culvert.localhost",
    "-addext",
    "subjectAltName=DNS:culvert.localhost,DNS:*.culvert.localhost",
  ];
  const making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...making, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  const sockets = new Set<Socket>();
  let targetPort = 0;
  const front = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const origin = `https://culvert.localhost:${(front.address() as AddressInfo).port}`;
  const settings = { dataFolder: join(folder, "data"), port: 0, stun: false, origin, logLevel: "silent" } as const;
  const server = await createSignalingServer(settings);
  targetPort = server.address.port;
  return {
    origin,
    server,
    stop: async () => {
      await server.close();
      front.close();
      for (const socket of sockets) socket.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}
