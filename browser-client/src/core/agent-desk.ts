/**
 * The agent's desk (devices, shares) as a page asks it: one short tunnel over the relay, JSON in and out.
 * Invariant: what is asked goes sealed to the key that the server's id names.
 */
import { codes, isCode, TunnelError } from "@culvert/protocol";
import { type Clock, createSystemClock, openTunnel, type ViewerTunnel } from "@culvert/protocol/endpoint";
import { sendRequest } from "@culvert/protocol/http";
import { apiErrorSchema, type RemoteSession } from "@culvert/protocol/signaling";
import type { z } from "zod";
import { checkAgentKey } from "./agent-key.ts";
import { toBase64url } from "./base64url.ts";
import { loadDeviceKey } from "./device-key.ts";
import { joinRelay } from "./relay-join.ts";
import { webCryptoPrimitives } from "./web-crypto.ts";

/** An answer larger than this is none of a desk's. */
const answerBytesMax = 4 * 1024 * 1024;

/** What a desk is opened with. */
export interface OpenDeskOptions {
  /** Whose desk; the session must be of this server. */
  readonly serverId: string;
  /** Creates a session for the service `culvert-desk`. */
  createSession(deviceKey: string): Promise<RemoteSession>;
  /** What a WebSocket to signaling is opened with, where the cookie alone does not let it in. */
  socketProtocols?(): Promise<readonly string[]>;
  /** The secret of an approval link. */
  readonly approval?: string;
}

/** An open desk. */
export interface AgentDesk {
  /** The agent's Ed25519 key, checked against the server's id. */
  readonly identityKey: string;
  /** Asks; rejects with the agent's own code and words. */
  ask<Answer>(
    method: "GET" | "POST" | "DELETE",
    path: string,
    schema: z.ZodType<Answer>,
    body?: object,
  ): Promise<Answer>;
  /** Ends the tunnel. Idempotent. */
  close(): void;
}

/** Opens it. Rejects with signaling's or the agent's refusal: `offline`, `approval-needed`, `revoked` … */
export async function openDesk(options: OpenDeskOptions): Promise<AgentDesk> {
  const { serverId, createSession, approval } = options;
  const deviceKey = await loadDeviceKey();
  const session = await createSession(toBase64url(deviceKey.publicKey));
  if (session.serverId !== serverId) throw new TunnelError("wrong-server", "The session is for another server.");
  const agentNoiseKey = await checkAgentKey(serverId, session.agentPublicKey);
  const clock = pageClock();
  const { sessionId, serviceId, relayPolicy, remoteSessionToken: token, signalingUrl, signalingTicket } = session;
  const protocols = [...((await options.socketProtocols?.()) ?? [])];
  const path = await joinRelay({
    ...{ signalingUrl, signalingTicket, clock, signal: new AbortController().signal },
    openSocket: (url) => new WebSocket(url, protocols),
  });
  const tunnel = await openTunnel({
    ...{ sessionId, serverId, serviceId, relayPolicy, token, path, pathId: 1, deviceKey, agentNoiseKey, clock },
    primitives: webCryptoPrimitives,
    ...(approval === undefined ? {} : { approval }),
  });
  return {
    identityKey: session.agentPublicKey.identityKey,
    ask: (method, askedPath, schema, body) => ask(tunnel, { method, path: askedPath, schema, body }),
    close: () => tunnel.close("closed", "the page is done"),
  };
}

/** The agent's key and this device's, before the agent lets it in: what approval strings are made of. */
export async function keysForApproval({ serverId, createSession }: OpenDeskOptions) {
  const { publicKey } = await loadDeviceKey();
  const session = await createSession(toBase64url(publicKey));
  if (session.serverId !== serverId) throw new TunnelError("wrong-server", "The session is for another server.");
  await checkAgentKey(serverId, session.agentPublicKey);
  return { identityKey: session.agentPublicKey.identityKey, deviceKey: toBase64url(publicKey) };
}

interface Asking<Answer> {
  readonly method: string;
  readonly path: string;
  readonly schema: z.ZodType<Answer>;
  readonly body: object | undefined;
}

async function ask<Answer>(tunnel: ViewerTunnel, { method, path, schema, body }: Asking<Answer>): Promise<Answer> {
  const text = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers: [string, string][] = text === undefined ? [] : [["content-type", "application/json"]];
  const sent = sendRequest(tunnel.openStream("http"), { method, path, headers, hasBody: text !== undefined });
  if (text !== undefined) {
    await sent.writeBody(text);
    await sent.endBody();
  }
  const { status } = await sent.readHead();
  const json = parse(await readAll(() => sent.readBody()));
  if (status !== 200) throw faultOf(json);
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new TunnelError("protocol-error", "The agent's answer has a shape that this page does not know.", {
    hint: "Update the agent, or reload the page.",
  });
}

async function readAll(read: () => Promise<Uint8Array | null>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const part = await read();
    if (part === null) return text + decoder.decode();
    text += decoder.decode(part, { stream: true });
    if (text.length > answerBytesMax) throw new TunnelError("protocol-error", "The agent's answer is too large.");
  }
}

function faultOf(json: unknown): TunnelError {
  const fault = apiErrorSchema.safeParse(json);
  if (!fault.success) return new TunnelError("internal", "The agent failed to answer.", { origin: "remote" });
  const { code, message, hint } = fault.data.error;
  const known = isCode(code) ? code : "internal";
  return new TunnelError(known, message, { origin: "remote", hint: hint || codes[known].hint });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pageClock(): Clock {
  return createSystemClock({
    now: () => performance.now(),
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimeout: (timer) => clearTimeout(timer),
  });
}
