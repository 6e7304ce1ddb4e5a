/** A tunnel from this machine to itself, as a viewer would open it: relay, then a direct path. Needs a signed-in account. */
import { TunnelError } from "@culvert/protocol";
import { type RemoteSession, remoteSessionSchema } from "@culvert/protocol/signaling";
import { connectTunnel, type ServiceConnection } from "../../viewer/index.ts";
import { accountHeaders, callAsAccount } from "../account/account-api.ts";
import { type Account, loadDeviceKey } from "../account/stored-account.ts";
import type { AgentStatus } from "../local/agent-status.ts";
import { errorWords } from "../output.ts";
import { doubtful, type Finding, fine, wrong } from "./finding.ts";

const directTimeoutMs = 15_000;

/** What opening it showed; the session names STUN and TURN servers. */
export interface TunnelTrial {
  readonly findings: readonly Finding[];
  readonly session: RemoteSession | undefined;
}

/** Opens the first service of the agent that runs here, and closes it again. */
export async function tryTunnel(account: Account, status: AgentStatus, dataFolder: string): Promise<TunnelTrial> {
  let session: RemoteSession | undefined;
  let connection: ServiceConnection | undefined;
  const [service] = status.services;
  if (service === undefined) return { findings: [], session };
  try {
    connection = await connectTunnel({
      ...{ deviceKey: await loadDeviceKey(dataFolder), headers: accountHeaders(account) },
      async createSession(deviceKey) {
        const path = `/api/servers/${status.serverId}/sessions`;
        const body = { serviceName: service.name, mode: service.mode, deviceKey };
        session = await callAsAccount(account, { method: "POST", path, body, schema: remoteSessionSchema });
        return session;
      },
    });
    const relay = fine("relay", "a tunnel comes up over the server's relay");
    return { findings: [relay, await directFinding(connection)], session };
  } catch (thrown) {
    const error = TunnelError.from(thrown);
    if (error.code === "approval-needed") {
      const seen = "the agent answers over it, and refuses the doctor's own device: this machine is locked";
      return { findings: [fine("relay", seen)], session };
    }
    return { findings: [wrong("relay", `no tunnel comes up: ${errorWords(error)}`, error.hint)], session };
  } finally {
    await connection?.close();
  }
}

async function directFinding(connection: ServiceConnection): Promise<Finding> {
  const found = Promise.withResolvers<Finding>();
  const look = () => {
    const best = connection.paths().find(({ kind, state }) => kind !== "relay" && state === "active");
    if (best === undefined) return;
    const kind = best.kind === "turn" ? "a path over TURN" : "a direct path";
    found.resolve(fine("direct", `${kind} comes up from this machine to itself`));
  };
  const done = connection.onEvent(look);
  const timer = setTimeout(() => {
    const todo = "Let UDP through this machine's firewall, or set up TURN.";
    found.resolve(doubtful("direct", "no direct path came up, not even within this machine", todo));
  }, directTimeoutMs);
  look();
  try {
    return await found.promise;
  } finally {
    done();
    clearTimeout(timer);
  }
}
