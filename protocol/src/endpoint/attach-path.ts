/** NNpsk0 on a further path of a live tunnel: both sides prove that they know the secret of its first handshake. */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { HandshakeState } from "../seal/handshake-state.ts";
import type { SealPrimitives } from "../seal/primitives.ts";
import type { Clock } from "./clock.ts";
import type { Endpoint } from "./endpoint.ts";
import { decodeAnswer, decodeFirstMessage, encodeAnswer, encodeFirstMessage } from "./handshake-messages.ts";
import { decodePayload, encodeAttachPayload } from "./handshake-objects.ts";
import { HandshakePath } from "./handshake-path.ts";
import { attachPayloadSchema } from "./handshake-payloads.ts";
import type { Path } from "./path.ts";
import { attachPrologue } from "./prologue.ts";
import { awaitConfirmation, confirmPath } from "./sealed-start.ts";

/** What a tunnel's further handshakes start from, the same on both sides. */
export interface TunnelSecrets {
  readonly endpoint: Endpoint;
  readonly primitives: SealPrimitives;
  readonly clock: Clock;
  /** Chosen in the first handshake; every path of the tunnel speaks it. */
  readonly version: number;
  /** 32 bytes, exported from the first handshake. */
  readonly psk: Uint8Array;
}

/** Label of the secret that the first handshake leaves for all others. */
export const tunnelPskLabel = "culvert tunnel psk";

/** Room that a first message keeps for its own header, key and tag: 1 + 8 + 8 + 16 + 32 + 16 bytes. */
const overheadBytes = 81;

/** Viewer: adds a path to a tunnel. Rejects with scope `path` and closes the path; the tunnel lives on. */
export async function attachAsViewer(tunnel: TunnelSecrets, pathId: number, path: Path): Promise<void> {
  const { endpoint, primitives, clock, version, psk } = tunnel;
  const { tunnelId } = endpoint;
  const pipe = new HandshakePath(path, clock, "path");
  await whileTunnelLives(endpoint, pipe, async () => {
    if (endpoint.hasSeenPath(pathId)) throw usedBefore(pathId);
    const prologue = attachPrologue(version, pathId, tunnelId);
    const handshake = new HandshakeState({ pattern: "NNpsk0", role: "initiator", primitives, prologue, psk });
    const noise = await handshake.writeMessage(standing(endpoint, pipe));
    pipe.send(encodeFirstMessage({ type: "attachment", version, pathId, tunnelId, noise }));
    const payload = await handshake.readMessage(decodeAnswer(await pipe.next()));
    const state = decodePayload(attachPayloadSchema, payload, "the attachment's answer");
    const sealedPath = await confirmPath(pipe, pathId, await handshake.keys());
    endpoint.applyAttachState(state);
    endpoint.addSealedPath(sealedPath);
  });
}

/**
 * Agent: answers an attachment on a path whose first message may have been read already. Rejects with scope `path` and
 * closes the path; the tunnel lives on.
 */
export async function attachAsAgent(
  tunnel: TunnelSecrets,
  pipe: HandshakePath,
  first: Uint8Array | null,
  expectedPathId: number | null,
): Promise<void> {
  const { endpoint, primitives, version, psk } = tunnel;
  await whileTunnelLives(endpoint, pipe, async () => {
    const message = decodeFirstMessage(first ?? (await pipe.next()));
    const isMine = message.type === "attachment" && sameBytes(message.tunnelId, endpoint.tunnelId);
    if (!isMine) throw refusal("protocol-error", "the path does not begin with an attachment to this tunnel");
    const { pathId } = message;
    if (message.version !== version) throw refusal("version-unsupported", "the tunnel speaks another version");
    if (expectedPathId !== null && pathId !== expectedPathId) throw refusal("protocol-error", "another path id");
    if (endpoint.hasSeenPath(pathId)) throw usedBefore(pathId);
    const prologue = attachPrologue(version, pathId, endpoint.tunnelId);
    const handshake = new HandshakeState({ pattern: "NNpsk0", role: "responder", primitives, prologue, psk });
    const payload = await handshake.readMessage(message.noise);
    const state = decodePayload(attachPayloadSchema, payload, "the attachment");
    pipe.send(encodeAnswer(await handshake.writeMessage(standing(endpoint, pipe))));
    const sealedPath = await awaitConfirmation(pipe, pathId, await handshake.keys(), () => {
      if (endpoint.hasSeenPath(pathId)) throw usedBefore(pathId);
    });
    endpoint.applyAttachState(state);
    endpoint.addSealedPath(sealedPath);
  });
}

/** Runs a handshake; its fault, or the tunnel's end before it is done, closes the path. */
async function whileTunnelLives(endpoint: Endpoint, pipe: HandshakePath, shakeHands: () => Promise<void>) {
  const forget = endpoint.onEvent((event) => {
    if (event.type === "closed") pipe.close(event.error.code, event.error.message);
  });
  try {
    if (endpoint.state === "closed") throw refusal("closed", "the tunnel is over");
    await shakeHands();
  } catch (thrown) {
    throw closedFor(pipe, thrown);
  } finally {
    forget();
  }
}

function standing(endpoint: Endpoint, pipe: HandshakePath): Uint8Array {
  const mostBytes = Math.min(pipe.maxMessageBytes, limits.sealedMessageBytes) - overheadBytes;
  return encodeAttachPayload(endpoint.attachState(), mostBytes);
}

function usedBefore(pathId: number): TunnelError {
  return refusal("already-used", `path id ${pathId} was used before in this tunnel`);
}

function refusal(code: Code, message: string): TunnelError {
  return new TunnelError(code, message, { scope: "path" });
}

/** Closes the path for what was thrown; the fault with scope path, whatever it had. */
function closedFor(pipe: HandshakePath, thrown: unknown): TunnelError {
  const fault = TunnelError.from(thrown);
  pipe.close(fault.code, fault.message);
  if (fault.scope === "path") return fault;
  return new TunnelError(fault.code, fault.message, { scope: "path", origin: fault.origin, cause: thrown });
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
