/** `culvert open [server] [service]`: the service's page of the dashboard, in this machine's browser. */
import { spawn } from "node:child_process";
import { TunnelError } from "@culvert/protocol";
import { type ServerView, serverListSchema } from "@culvert/protocol/signaling";
import { loadEnrolment, loadIdentity } from "../identity/index.ts";
import { callAsAccount } from "./account/account-api.ts";
import { findServer } from "./account/find-server.ts";
import { loadAccount } from "./account/stored-account.ts";
import { exitCodes } from "./exit-codes.ts";
import { askStatus } from "./local/local-client.ts";
import type { Output } from "./output.ts";
import { signInNeeded } from "./sign-in-command.ts";

/** What to open. */
export interface OpenWish {
  /** By label or id; this machine where it is left out. */
  readonly server: string | undefined;
  /** The primary one where it is left out. */
  readonly service: string | undefined;
  /** Write the address alone. */
  readonly printOnly: boolean;
}

/** Opens it, or says why it cannot be. This machine's own services need no sign-in here: the browser has its own. */
export async function runOpen(wish: OpenWish, dataFolder: string, output: Output): Promise<number> {
  const url = (await ownAddress(wish, dataFolder)) ?? (await addressElsewhere(wish, dataFolder, output));
  if (url === undefined) return exitCodes.signInNeeded;
  output.answer({ url }, [wish.printOnly ? url : `${output.palette.marks.note} Opening ${url}`]);
  if (!wish.printOnly) openBrowser(url);
  return exitCodes.done;
}

async function ownAddress({ server, service }: OpenWish, dataFolder: string): Promise<string | undefined> {
  const enrolment = await loadEnrolment(dataFolder);
  if (enrolment === undefined) return undefined;
  const { serverId } = await loadIdentity(dataFolder);
  if (server !== undefined && server !== enrolment.label && server !== serverId) return undefined;
  const services = (await askStatus(dataFolder))?.services ?? [];
  const name = service ?? services.find(({ mode }) => mode === "http")?.name;
  if (name === undefined) {
    const hint = "Start it: culvert connect <port>. Or name the service: culvert open <server> <service>.";
    throw new TunnelError("offline", `No agent runs here; ${enrolment.label} is offline`, { hint });
  }
  return addressOf(enrolment.serverUrl, serverId, name);
}

async function addressElsewhere(wish: OpenWish, dataFolder: string, output: Output): Promise<string | undefined> {
  const account = await loadAccount(dataFolder);
  if (account === undefined) {
    output.error(signInNeeded());
    return undefined;
  }
  const call = { method: "GET", path: "/api/servers", schema: serverListSchema } as const;
  const { servers } = await callAsAccount(account, call);
  if (wish.server === undefined) {
    const labels = servers.map(({ label }) => label).join(", ");
    throw new TunnelError("invalid-request", "This machine publishes nothing itself, so a server is to be named", {
      hint: `There are: ${labels || "none yet"}. Type culvert open <server>.`,
    });
  }
  const server = findServer(servers, wish.server);
  return addressOf(account.serverUrl, server.serverId, serviceOf(server, wish.service));
}

function serviceOf({ label, services, primaryService, state }: ServerView, wanted: string | undefined): string {
  if (state === "disconnected") {
    throw new TunnelError("offline", `${label} is offline`, {
      hint: "Start it there with culvert up or culvert connect.",
    });
  }
  const name = wanted ?? primaryService?.serviceName;
  if (services.some(({ serviceName, mode }) => serviceName === name && mode === "http")) return String(name);
  const names = services.flatMap(({ serviceName, mode }) => (mode === "http" ? [serviceName] : []));
  const words = name === undefined ? `${label} publishes no app to open` : `${label} publishes no web app "${name}"`;
  throw new TunnelError("not-found", words, { hint: names.length === 0 ? "" : `It publishes: ${names.join(", ")}.` });
}

function addressOf(serverUrl: string, serverId: string, serviceName: string): string {
  return new URL(`/app-view/${serverId}/${serviceName}`, serverUrl).href;
}

/** A machine without a browser shows the address, and that is all. */
function openBrowser(url: string): void {
  const [command, ...args] = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", '""'],
  }[process.platform as string] ?? ["xdg-open"];
  if (command === undefined) return;
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
