/**
 * A server that can be opened from the Culvert dashboard: the notes app, and a connector inside its process.
 *
 *   node examples/embedded-server/main.ts --server https://culvert.example [--code CODE] [--data FOLDER] [--password WORD]
 *
 * Without a code it shows a link: whoever is signed in to the dashboard opens it and approves. Later starts need neither.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import {
  createEmbeddedServerConnector,
  redeemServerEnrollment,
  requestServerEnrollment,
  serverEnrollmentOf,
} from "@culvert/peer-agent";
import { createNotesApp } from "./notes-app.ts";

const { values } = parseArgs({
  options: {
    server: { type: "string" },
    code: { type: "string" },
    data: { type: "string", default: ".notes-server" },
    password: { type: "string", default: randomBytes(6).toString("base64url") },
  },
});
const { server: serverUrl, code, data: dataFolder, password } = values;

// 1. The app, on a port that nobody outside this machine can reach.
const app = createNotesApp(password);
app.listen(0, "127.0.0.1");
await once(app, "listening");
const { port } = app.address() as AddressInfo;
console.log(`Notes run at http://localhost:${port}, password ${password}`);

// 2. Once: enrol this server.
const enrolled = await serverEnrollmentOf(dataFolder);
if (serverUrl === undefined && enrolled === undefined) throw new Error("Name the dashboard with --server.");
if (serverUrl !== undefined && enrolled?.serverUrl !== new URL(serverUrl).origin) {
  const place = { serverUrl, dataFolder, label: "Notes" };
  const { serverId } =
    code === undefined
      ? await requestServerEnrollment({ ...place, onLink: ({ url }) => console.log(`Approve this server: ${url}`) })
      : await redeemServerEnrollment({ ...place, code });
  console.log(`Enrolled as ${serverId}`);
}

// 3. Present in the dashboard for as long as it runs. The app's own login decides who sees the notes.
const connector = createEmbeddedServerConnector({
  dataFolder,
  primaryTarget: { type: "loopback", port },
  primaryService: { serviceName: "notes", supportedProtocols: ["http", "sse"] },
  capabilities: { remoteAccessEnabled: true },
  onEvent(event) {
    if (event.type === "state") console.log(`Remote access: ${event.state}`);
  },
});

// 4. Stopping frees everything: the process ends by itself, nobody has to call process.exit.
const stop = async (): Promise<void> => {
  await connector.stop();
  app.close();
  app.closeAllConnections();
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

await connector.start().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
  return stop();
});
