/** `culvert forward <server>:<service> <port>`: a tcp service of another machine on a port of this one. */
import { TunnelError } from "@culvert/protocol";
import {
  approvalString,
  type RemoteSession,
  remoteSessionSchema,
  type ServerView,
  serverListSchema,
} from "@culvert/protocol/signaling";
import { nodePbkdf2 } from "../../devices/node-pbkdf2.ts";
import { type ConnectionEvent, connectTunnel, type ServiceConnection } from "../../viewer/index.ts";
import type { LibraryChoice } from "../../webrtc/index.ts";
import { accountHeaders, callAsAccount } from "../account/account-api.ts";
import { findServer } from "../account/find-server.ts";
import { type Account, loadAccount, loadDeviceKey } from "../account/stored-account.ts";
import { exitCodes } from "../exit-codes.ts";
import { errorWords, type Output } from "../output.ts";
import { signInNeeded } from "../sign-in-command.ts";
import { counted } from "../spoken.ts";
import { forwardPort } from "./port-forward.ts";

/** What to forward where. */
export interface ForwardWish {
  readonly server: string;
  readonly service: string;
  /** 0: any free one. */
  readonly port: number;
  readonly webrtc: LibraryChoice;
}

interface Place {
  readonly account: Account;
  readonly server: ServerView;
  readonly dataFolder: string;
}

/** Runs until `signal` aborts. Resolves with the exit code; rejects in words where it cannot begin. */
export async function runForward(
  wish: ForwardWish,
  dataFolder: string,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const account = await loadAccount(dataFolder);
  if (account === undefined) {
    output.error(signInNeeded());
    return exitCodes.signInNeeded;
  }
  const call = { method: "GET", path: "/api/servers", schema: serverListSchema, signal } as const;
  const server = findServer((await callAsAccount(account, call)).servers, wish.server);
  const name = `${server.label}:${wish.service}`;
  const connection = await openConnection(wish, { account, server, dataFolder }, signal);
  try {
    const forward = await forwardPort({
      port: wish.port,
      connect: () => connection.connect(),
      onOpened: (open) => say(output, "note", `${counted(open, "connection")}.`, { type: "connections", open }),
      onClosed: (open, error) => {
        const why = error === undefined ? "" : ` The last one was cut: ${errorWords(error)}`;
        const fields = { type: "connections", open, ...(error && { code: error.code, message: error.message }) };
        say(output, error === undefined ? "note" : "lost", `${counted(open, "connection")}.${why}`, fields);
      },
    });
    connection.onEvent(telling(output, name));
    say(output, "ready", `${name} is on 127.0.0.1:${forward.port} until Ctrl-C.`, {
      type: "listening",
      port: forward.port,
    });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await forward.close();
    return exitCodes.done;
  } finally {
    await connection.close();
  }
}

async function openConnection(
  wish: ForwardWish,
  { account, server, dataFolder }: Place,
  signal: AbortSignal,
): Promise<ServiceConnection> {
  const deviceKey = await loadDeviceKey(dataFolder);
  let session: RemoteSession | undefined;
  try {
    return await connectTunnel({
      ...{ deviceKey, webrtc: wish.webrtc, headers: accountHeaders(account), signal },
      async createSession(key) {
        const path = `/api/servers/${server.serverId}/sessions`;
        const body = { serviceName: wish.service, deviceKey: key, mode: "tcp" as const };
        session = await callAsAccount(account, { method: "POST", path, body, schema: remoteSessionSchema });
        return session;
      },
    });
  } catch (thrown) {
    const error = TunnelError.from(thrown);
    if (error.code !== "approval-needed" || session === undefined) throw error;
    throw await approvalNeeded(server, session, deviceKey.publicKey);
  }
}

/** A locked server knows this machine once its string was typed there. */
async function approvalNeeded(server: ServerView, session: RemoteSession, deviceKey: Uint8Array): Promise<TunnelError> {
  const identityKey = new Uint8Array(Buffer.from(session.agentPublicKey.identityKey, "base64url"));
  const text = await approvalString("device", { identityKey, deviceKey }, nodePbkdf2);
  return new TunnelError("approval-needed", `${server.label} does not know this machine yet`, {
    hint: `Type there: culvert devices approve ${text}. Then run this command again.`,
  });
}

/** Says how a connection stands, where that is another way than it was said last. */
function telling(output: Output, name: string): (event: ConnectionEvent) => void {
  let toldKind = "";
  return (event) => {
    if (event.type === "path-up" && event.path.kind !== toldKind) {
      toldKind = event.path.kind;
      const kind = { direct: "direct", turn: "over TURN", relay: "over the relay" }[event.path.kind];
      say(output, "ready", `${name} is connected, ${kind}.`, { type: "path", kind: event.path.kind });
    }
    if (event.type !== "state" || (event.state !== "detached" && event.state !== "lost")) return;
    toldKind = "";
    const fields = { type: "state", state: event.state };
    if (event.state === "detached") {
      say(output, "connecting", `${name}: reconnecting …`, fields);
      return;
    }
    const why = event.error === undefined ? "" : ` ${errorWords(event.error)}`;
    say(output, "lost", `${name}: the tunnel is over, the next connection opens another.${why}`, fields);
  };
}

function say(output: Output, mark: Parameters<Output["note"]>[1], text: string, fields: object): void {
  output.record(fields);
  output.note(text, mark);
}
