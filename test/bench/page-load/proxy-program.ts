/**
 * Child process of the page benches: reverse proxies to one loopback port, as a tunnel by HTTP would run them beside the
 * app: one speaks HTTP/1.1 and one HTTP/2 over TLS, and both are as far away as a round trip says. Arguments: the app's
 * port, the round trip in ms, a key and a certificate in files.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { startSlowTcp } from "../../network/slow-tcp.ts";

const [appPort, rttMs, keyFile = "", certFile = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Fields of a connection, which HTTP/2 knows none of. */
const ofConnection = ["connection", "keep-alive", "transfer-encoding", "host"];

function pass(asked: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(asked.headers).filter(
    ([name]) => !name.startsWith(":") && !ofConnection.includes(name),
  );
  const onward = request(
    {
      port: Number(appPort),
      host: "127.0.0.1",
      path: asked.url,
      method: asked.method,
      agent,
      headers: Object.fromEntries(headers),
    },
    (answer) => {
      const fields = Object.entries(answer.headers).filter(([name]) => !ofConnection.includes(name));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(fields) as Record<string, string>);
      answer.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  asked.pipe(onward);
}

const plain = createServer(pass);
plain.keepAliveTimeout = 60_000;
const secure = createSecureServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (asked, response) =>
  // Node's compatibility API: what is used here is alike.
  pass(asked as unknown as IncomingMessage, response as unknown as ServerResponse),
);
process.on("disconnect", () => process.exit(0));
process.send?.({ http1: await farAway(plain), http2: await farAway(secure) });

async function farAway(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const targetPort = (server.address() as AddressInfo).port;
  return (await startSlowTcp({ targetPort, rttMs: Number(rttMs) })).port;
}
