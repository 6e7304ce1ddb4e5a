/**
 * A server of a kept framework with a connector inside, as a program: `express|fastify <serverUrl> <code> <folder>`. It
 * tells JSON lines, stops at the first line on stdin, and then ends only if nothing is left that holds it.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { notesListener } from "../../examples/embedded-server/notes-app.ts";

const [framework = "", serverUrl = "", code = "", dataFolder = ""] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** What an embedded part must leave as it was. */
function surroundings() {
  const dispatchers = ["undici.globalDispatcher.1", "undici.globalDispatcher.2"].map((name) => Symbol.for(name));
  return {
    listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
    globals: Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith("__zod")),
    dispatchers: dispatchers.map((symbol) => symbol in globalThis),
    environment: { ...process.env },
    folder: process.cwd(),
    title: process.title,
    exitCode: process.exitCode ?? null,
  };
}

async function listening(): Promise<Server> {
  const notes = notesListener("open sesame");
  if (framework === "express") {
    const { default: express } = await import("express");
    const app = express();
    app.get("/health", (_request, answer) => void answer.json({ framework }));
    app.use(notes);
    return app.listen(0, "127.0.0.1");
  }
  const { default: fastify } = await import("fastify");
  const app = fastify();
  app.get("/health", () => ({ framework }));
  // The notes read their own forms, so Fastify hands bodies on unread.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.all("/*", (request, reply) => {
    reply.hijack();
    notes(request.raw, reply.raw);
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app.server;
}

const server = await listening();
if (!server.listening) await once(server, "listening");
const { port } = server.address() as AddressInfo;
const before = surroundings();
const { createEmbeddedServerConnector, redeemServerEnrollment } = await import("@culvert/peer-agent");
const { serverId } = await redeemServerEnrollment({ serverUrl, code, dataFolder, label: framework });
const connector = createEmbeddedServerConnector({
  dataFolder,
  primaryTarget: { type: "loopback", port },
  primaryService: { serviceName: "notes", supportedProtocols: ["http", "sse"], relayPolicy: "full" },
  capabilities: { remoteAccessEnabled: true },
  onEvent: (event) => tell({ event: event.type, ...(event.type === "state" ? { state: event.state } : {}) }),
});
await connector.start();
tell({ online: serverId });

process.stdin.once("data", async (line) => {
  if (line.toString().startsWith("off")) {
    connector.setCapabilities({ remoteAccessEnabled: false });
    await once(process.stdin, "data");
  }
  await connector.stop();
  tell({ before, after: surroundings() });
  server.close();
  server.closeAllConnections();
  process.stdin.destroy();
});
