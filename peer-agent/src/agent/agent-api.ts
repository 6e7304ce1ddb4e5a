/** What an agent is made with, and what can be asked of it. */
import type { PathStatus } from "@culvert/protocol/endpoint";
import type { PublishedService, ServerId } from "@culvert/protocol/signaling";
import type { PinnedKeys } from "../admission/index.ts";
import type { AgentIdentity, Enrolment } from "../identity/index.ts";
import type { AgentService } from "../services/index.ts";
import type { LinkState } from "../signaling-link/index.ts";
import type { WebRtcLibrary } from "../webrtc/index.ts";
import type { AgentEvent } from "./agent-events.ts";
import type { AgentTrust } from "./agent-trust.ts";

export interface AgentOptions {
  readonly identity: AgentIdentity;
  readonly enrolment: Enrolment;
  /** The first one is the primary service, which "Open" opens. */
  readonly services: readonly AgentService[];
  /** Disposed by `stop`. */
  readonly library: WebRtcLibrary;
  /** Devices and shares; without it they are kept in memory alone, unlocked. */
  readonly trust?: AgentTrust;
  /** Tunnels end where the control plane could not be reached for so long; ten minutes where it is left out. */
  readonly leaseMs?: number;
  /** False: the dashboard says that remote access is off, and nobody gets in. True where it is left out. */
  readonly remoteAccessEnabled?: boolean;
  onEvent?(event: AgentEvent): void;
  /** The control plane changed the key that it signs session tokens with: the enrolment is to be kept with these. */
  onSigningKeys?(signingKeys: PinnedKeys): void;
}

/** A viewer that has a tunnel now. `viewerId`: as in events. */
export interface AgentViewer {
  readonly viewerId: string;
  readonly serviceName: string;
  readonly paths: readonly PathStatus[];
}

/** A running or stopped agent. */
export interface Agent {
  readonly serverId: ServerId;
  readonly link: LinkState;
  /** Tunnels that live now. */
  readonly viewers: number;
  /** Exchanges and WebSockets served so far. */
  readonly requests: number;
  /** Exchanges, WebSockets and connections that are under way. */
  readonly streams: number;
  /** What it offers and how that stands, the primary service first. */
  readonly services: readonly PublishedService[];
  /** Who has something open, and over which paths. */
  viewerList(): readonly AgentViewer[];
  /**
   * Offers these services in place of what it offers. Tunnels stay, and streams that are under way end as they began; a
   * tunnel to a service that is gone is closed. Throws, and changes nothing, for services that cannot be.
   */
  replaceServices(services: readonly AgentService[]): Promise<void>;
  /** Turns remote access on or off; off ends what viewers have open, with words. */
  setRemoteAccess(enabled: boolean): void;
  /** Probes the services, then connects. Resolves when the first try to connect is under way. */
  start(): Promise<void>;
  /**
   * Ends tunnels with words, says goodbye to signaling, frees everything. Streams that are under way have `graceMs` to
   * finish, none where it is left out; nobody new gets in meanwhile. Idempotent: the first call decides.
   */
  stop(graceMs?: number): Promise<void>;
}
