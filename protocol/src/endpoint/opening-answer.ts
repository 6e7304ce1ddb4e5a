/** The agent's answer to one Noise IK message 1: read it, decide, write message 2. It keeps nothing and opens nothing. */
import { codes } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits, protocolVersions } from "../limits.ts";
import { type HandshakeKeys, HandshakeState } from "../seal/handshake-state.ts";
import { encodeObject } from "../wire/msgpack.ts";
import { encodeAnswer, type FirstMessage } from "./handshake-messages.ts";
import { decodePayload } from "./handshake-objects.ts";
import { type OpenAnswer, type OpenRequest, openRequestSchema } from "./handshake-payloads.ts";
import type { AcceptorOptions, Admission, SessionContext } from "./opening-api.ts";

/** A first message that asks for a new tunnel. */
export type OpeningMessage = Extract<FirstMessage, { type: "opening" }>;

/** What an answered message 1 has come to. `answer`: the whole message for the viewer. */
export type AnsweredOpening =
  | { readonly type: "refused"; readonly answer: Uint8Array; readonly refusal: TunnelError }
  | {
      readonly type: "accepted";
      readonly answer: Uint8Array;
      readonly request: OpenRequest;
      readonly context: SessionContext;
      /** The viewer's static key, 32 bytes. */
      readonly deviceKey: Uint8Array;
      readonly version: number;
      readonly pathId: number;
      readonly keys: HandshakeKeys;
    };

/** Who decides: what this process knows of the tunnel id, then the agent program. */
export interface OpeningDecision {
  readonly options: AcceptorOptions;
  /** A refusal for a tunnel id that is in use or was, null for a free one. */
  known(tunnelId: Uint8Array, deviceKey: Uint8Array): TunnelError | null;
}

/**
 * Answers message 1. Rejects with scope `path` where it cannot be read: changed, made for another agent or session, or
 * malformed; there is nobody to answer then.
 */
export async function answerOpening(
  decision: OpeningDecision,
  { version, pathId, noise }: OpeningMessage,
  context: SessionContext,
  prologue: Uint8Array,
): Promise<AnsweredOpening> {
  const { primitives, noiseKey } = decision.options;
  const handshake = new HandshakeState({ pattern: "IK", role: "responder", primitives, prologue, staticKey: noiseKey });
  const payload = await handshake.readMessage(noise);
  const request = decodePayload(openRequestSchema, payload, "the opening");
  const deviceKey = handshake.remoteStaticKey ?? new Uint8Array(0);
  const refusal = await refusalOf(decision, version, request, deviceKey, context);
  const write = async (answer: OpenAnswer): Promise<Uint8Array> =>
    encodeAnswer(await handshake.writeMessage(encodeObject(answer)));
  if (refusal !== null) {
    const { code, message, hint } = refusal;
    return { type: "refused", refusal, answer: await write({ type: "refused", code, message, hint }) };
  }
  const granted = { streams: limits.initialStreams, windowBytes: limits.initialWindowBytes, graceMs: limits.graceMs };
  const answer = await write({ type: "accepted", limits: granted, capabilities: [] });
  const keys = await handshake.keys();
  return { type: "accepted", answer, request, context, deviceKey, version, pathId, keys };
}

/** Why there will be no tunnel, or null. The agent program is asked last: what it checks may cost. */
async function refusalOf(
  { options, known }: OpeningDecision,
  version: number,
  { token, tunnelId, versions, approval, supersedes }: OpenRequest,
  deviceKey: Uint8Array,
  { sessionId, serverId, serviceId, relayPolicy }: SessionContext,
): Promise<TunnelError | null> {
  const bestCommon = Math.min(versions.max, protocolVersions.max);
  if (bestCommon < Math.max(versions.min, protocolVersions.min) || version !== bestCommon) {
    const spoken = `${protocolVersions.min} to ${protocolVersions.max}`;
    return new TunnelError("version-unsupported", `version ${version} was asked for, the agent speaks ${spoken}`);
  }
  const used = known(tunnelId, deviceKey);
  if (used !== null) return used;
  const admission = await admitted(options, {
    sessionId,
    serverId,
    serviceId,
    relayPolicy,
    token,
    tunnelId,
    deviceKey,
    ...(approval === undefined ? {} : { approval }),
    ...(supersedes === undefined ? {} : { supersedes }),
  });
  if (admission.type === "accepted") return null;
  const { code, message, hint } = admission;
  return new TunnelError(code, message.slice(0, 512), { hint: hint.slice(0, 512) });
}

/** A decision that fails is a refusal without details: the viewer is not told of the agent's faults. */
async function admitted(
  options: AcceptorOptions,
  request: Parameters<AcceptorOptions["admit"]>[0],
): Promise<Admission> {
  try {
    return await options.admit(request);
  } catch {
    const { hint } = codes.internal;
    return { type: "refused", code: "internal", message: "the agent could not check the session", hint };
  }
}
