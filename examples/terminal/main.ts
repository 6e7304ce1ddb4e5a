/**
 * A program that publishes terminals of this machine beside its own app, through the SDK alone.
 *
 *   node examples/terminal/main.ts --server https://culvert.example [--code CODE] [--data FOLDER]
 *
 * Whoever may open "terminal" types on this machine as the user that runs this. `culvert connect --terminal` does the same
 * from the command line.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  createEmbeddedServerConnector,
  redeemServerEnrollment,
  requestServerEnrollment,
  serverEnrollmentOf,
} from "@culvert/peer-agent";
import { createTerminalService } from "@culvert/terminal";

const { values } = parseArgs({
  options: {
    server: { type: "string" },
    code: { type: "string" },
    data: { type: "string", default: ".terminal-server" },
    tmux: { type: "string", default: "culvert-example" },
  },
});
const { server: serverUrl, code, data: dataFolder, tmux: tmuxSocket } = values;

// 1. The terminals: functions that answer requests and take WebSockets. No port is opened.
const terminals = await createTerminalService({
  folder: resolve(join(dataFolder, "terminals")),
  prefix: "example",
  startFolder: process.cwd(),
  tmuxSocket,
});
if (terminals.backend.lost !== null) console.log(terminals.backend.lost);

// 2. Once: enrol this server.
const enrolled = await serverEnrollmentOf(dataFolder);
if (serverUrl === undefined && enrolled === undefined) throw new Error("Name the dashboard with --server.");
if (serverUrl !== undefined && enrolled?.serverUrl !== new URL(serverUrl).origin) {
  const place = { serverUrl, dataFolder, label: "Terminals" };
  const { serverId } =
    code === undefined
      ? await requestServerEnrollment({ ...place, onLink: ({ url }) => console.log(`Approve this server: ${url}`) })
      : await redeemServerEnrollment({ ...place, code });
  console.log(`Enrolled as ${serverId}`);
}

// 3. Present in the dashboard for as long as it runs.
const connector = createEmbeddedServerConnector({
  dataFolder,
  // `terminals` lists sessions on the server's own page, beside the app that shows them.
  primaryTarget: {
    type: "handler",
    fetch: terminals.fetch,
    webSocket: terminals.webSocket,
    terminals: terminals.terminals,
  },
  primaryService: { serviceName: "terminal", supportedProtocols: ["http", "websocket"] },
  capabilities: { remoteAccessEnabled: true },
  onEvent(event) {
    if (event.type === "state") console.log(`Remote access: ${event.state}`);
  },
});

// 4. Stopping saves the screens; sessions go on in tmux and are there at the next start.
const stop = async (): Promise<void> => {
  await connector.stop();
  await terminals.close();
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

await connector.start().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
  return stop();
});
