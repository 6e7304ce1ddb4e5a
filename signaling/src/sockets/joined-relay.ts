/** A relay as its viewer's socket uses it, wherever the agent is attached. */
import type { Code } from "@culvert/protocol";
import type { JoinRequest, Relay, Relays } from "./relays.ts";

export interface JoinedRelay {
  readonly relayId: number;
  /** The viewer has been told that it joined: what came meanwhile follows. */
  welcome(): void;
  /** Carries an envelope to the agent; a broken rule ends the relay, told to both sides. */
  fromViewer(envelope: Uint8Array): void;
  /** The viewer's socket is gone or going. */
  viewerLeft(code: Code): void;
}

/** What a viewer asks for; which attachment it meets is not its to say. */
export type ViewerRequest = Omit<JoinRequest, "attachment">;

/** A relay whose agent is attached to this node. */
export function localRelay(relays: Relays, relay: Relay): JoinedRelay {
  return {
    relayId: relay.relayId,
    welcome: () => relays.welcome(relay),
    fromViewer: (envelope) => relays.fromViewer(relay, envelope),
    viewerLeft: (code) => relays.viewerLeft(relay, code),
  };
}
