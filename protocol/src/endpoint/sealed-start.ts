/**
 * From handshake to sealed messages. The viewer's first sealed message is empty and says "I have your answer"; the agent
 * takes nothing for real before it: everything earlier can be a replay (SPEC.md §Handshakes).
 */
import { TunnelError } from "../errors.ts";
import { createMessageOpener, createMessageSealer } from "../seal/counted-cipher.ts";
import type { HandshakeKeys } from "../seal/handshake-state.ts";
import type { SealedPathOptions } from "./endpoint.ts";
import type { HandshakePath } from "./handshake-path.ts";

/** Viewer: sends the confirmation; gives the path as the endpoint takes it. */
export async function confirmPath(
  pipe: HandshakePath,
  pathId: number,
  keys: HandshakeKeys,
): Promise<SealedPathOptions> {
  const sealer = createMessageSealer(keys.sendKey);
  pipe.send(await sealer.seal(new Uint8Array(0)));
  return { pathId, path: pipe.release(), sealer, opener: createMessageOpener(keys.receiveKey) };
}

/**
 * Agent: waits for the confirmation; gives the path as the endpoint takes it, once `claim` agrees. Rejects with
 * `path-failed` where the message does not open, and with what `claim` throws.
 */
export async function awaitConfirmation(
  pipe: HandshakePath,
  pathId: number,
  keys: HandshakeKeys,
  claim: () => void,
): Promise<SealedPathOptions> {
  const opener = createMessageOpener(keys.receiveKey);
  const plaintext = await opener.open(await pipe.next());
  if (plaintext.length > 0) {
    throw new TunnelError("protocol-error", "the first sealed message is not empty", {
      scope: "path",
      origin: "remote",
    });
  }
  claim();
  // Made only now and only once per handshake: a second sealer over the same key would repeat nonces.
  return { pathId, path: pipe.release(), sealer: createMessageSealer(keys.sendKey), opener };
}
