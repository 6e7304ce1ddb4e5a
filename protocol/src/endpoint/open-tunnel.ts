/** The viewer's opening: Noise IK on a tunnel's first path, the agent's answer, and the tunnel (SPEC.md §Handshakes). */
import { TunnelError } from "../errors.ts";
import { protocolVersions } from "../limits.ts";
import { HandshakeState } from "../seal/handshake-state.ts";
import { encodeObject } from "../wire/msgpack.ts";
import { attachAsViewer, type TunnelSecrets, tunnelPskLabel } from "./attach-path.ts";
import { createEndpoint } from "./endpoint.ts";
import { decodeAnswer, encodeFirstMessage, tunnelIdBytes } from "./handshake-messages.ts";
import { decodePayload } from "./handshake-objects.ts";
import { HandshakePath } from "./handshake-path.ts";
import { type OpenRequest, openAnswerSchema } from "./handshake-payloads.ts";
import type { OpenTunnel, OpenTunnelOptions, ViewerTunnel } from "./opening-api.ts";
import type { Path } from "./path.ts";
import { openingPrologue } from "./prologue.ts";
import { confirmPath } from "./sealed-start.ts";

/**
 * Opens a tunnel over its first path. Rejects and closes the path: with the agent's refusal (code, message and hint,
 * origin remote), `timeout` after `limits.handshakeMs`, the code of the path's own close, `path-failed` for an answer
 * that was tampered with.
 */
export const openTunnel: OpenTunnel = async (options) => {
  const pipe = new HandshakePath(options.path, options.clock, "tunnel");
  try {
    return await runOpening(options, pipe);
  } catch (thrown) {
    const fault = TunnelError.from(thrown);
    pipe.close(fault.code, fault.message);
    throw fault;
  }
};

async function runOpening(options: OpenTunnelOptions, pipe: HandshakePath): Promise<ViewerTunnel> {
  const { primitives, clock, pathId, relayPolicy } = options;
  const version = protocolVersions.max;
  const tunnelId = options.tunnelId ?? primitives.randomBytes(tunnelIdBytes);
  const handshake = new HandshakeState({
    pattern: "IK",
    role: "initiator",
    primitives,
    prologue: openingPrologue(version, pathId, options),
    staticKey: options.deviceKey,
    remoteStaticKey: options.agentNoiseKey,
  });
  const request: OpenRequest = {
    token: options.token,
    tunnelId,
    versions: protocolVersions,
    capabilities: [],
    ...(options.supersedes === undefined ? {} : { supersedes: options.supersedes }),
    ...(options.approval === undefined ? {} : { approval: options.approval }),
  };
  const noise = await handshake.writeMessage(encodeObject(request));
  pipe.send(encodeFirstMessage({ type: "opening", version, pathId, noise }));

  const payload = await handshake.readMessage(decodeAnswer(await pipe.next()));
  const answer = decodePayload(openAnswerSchema, payload, "the agent's answer");
  if (answer.type === "refused") {
    throw new TunnelError(answer.code, answer.message, { origin: "remote", hint: answer.hint });
  }
  const keys = await handshake.keys();
  const { graceMs, ...remoteLimits } = answer.limits;
  const endpoint = createEndpoint({ role: "viewer", tunnelId, clock, relayPolicy, remoteLimits, graceMs });
  try {
    endpoint.addSealedPath(await confirmPath(pipe, pathId, keys));
  } catch (thrown) {
    endpoint.close("path-failed", "the first path was lost");
    throw thrown;
  }
  const psk = keys.exportSecret(tunnelPskLabel);
  let lastPathId = pathId;
  const secrets: TunnelSecrets = { endpoint, primitives, clock, version, psk };
  return Object.assign(endpoint as typeof endpoint & { readonly role: "viewer" }, {
    nextPathId: () => {
      lastPathId += 1;
      return lastPathId;
    },
    attachPath: (id: number, path: Path) => attachAsViewer(secrets, id, path),
  });
}
