/** How tunnels come to be on both sides: what the viewer and the agent program give and get. */
import type { Code } from "../codes.ts";
import type { DhKeyPair, SealPrimitives } from "../seal/primitives.ts";
import type { RelayPolicy } from "../signaling/services.ts";
import type { Clock } from "./clock.ts";
import type { TunnelHandle } from "./endpoint-api.ts";
import type { Path } from "./path.ts";

/** What both peers know of a remote session before the handshake; bound into its prologue. */
export interface SessionContext {
  readonly sessionId: string;
  readonly serverId: string;
  readonly serviceId: string;
  readonly relayPolicy: RelayPolicy;
}

/** Viewer: opens a tunnel over its first path. */
export interface OpenTunnelOptions extends SessionContext {
  readonly path: Path;
  /** 1 for the first path of a tunnel; never used again in it. */
  readonly pathId: number;
  readonly primitives: SealPrimitives;
  readonly clock: Clock;
  readonly deviceKey: DhKeyPair;
  /** 32 bytes, already checked against the agent's identity. */
  readonly agentNoiseKey: Uint8Array;
  readonly token: string;
  /** An older tunnel of this page, which the agent ends once this one is confirmed. */
  readonly supersedes?: Uint8Array;
  /** The secret of an approval link, for a locked server that does not know this device yet. */
  readonly approval?: string;
  /** 16 bytes, random where absent. Give the same ones to show a token again whose answer was lost. */
  readonly tunnelId?: Uint8Array;
}

/** A tunnel as the viewer has it: it decides on paths. */
export interface ViewerTunnel extends TunnelHandle {
  readonly role: "viewer";
  /** A path id that was never used in this tunnel. */
  nextPathId(): number;
  /** Runs NNpsk0 as initiator on an open pipe and adds it. Rejects with scope `path`; the tunnel lives on. */
  attachPath(pathId: number, path: Path): Promise<void>;
}

/** A tunnel as the agent has it: it follows. */
export interface AgentTunnel extends TunnelHandle {
  readonly role: "agent";
  readonly context: SessionContext;
  /** The viewer's static key as Noise proved it, 32 bytes. */
  readonly deviceKey: Uint8Array;
  /** Runs NNpsk0 as responder on an open pipe and adds it; refuses a path id seen before. */
  acceptPath(pathId: number, path: Path): Promise<void>;
}

/** What message 1 asks for, as the agent decides on it. */
export interface AdmissionRequest extends SessionContext {
  readonly token: string;
  readonly tunnelId: Uint8Array;
  /** The viewer's static key as Noise proved it, 32 bytes. */
  readonly deviceKey: Uint8Array;
  /** The secret of an approval link, where the viewer showed one. */
  readonly approval?: string;
  /** The tunnel that ends once this one is confirmed, where it is of the same device key. */
  readonly supersedes?: Uint8Array;
}

/** The agent's decision; a refusal reaches the viewer sealed. */
export type Admission =
  | { readonly type: "accepted" }
  | { readonly type: "refused"; readonly code: Code; readonly message: string; readonly hint: string };

/** Agent: what it needs to answer openings. */
export interface AcceptorOptions {
  readonly primitives: SealPrimitives;
  readonly clock: Clock;
  readonly noiseKey: DhKeyPair;
  /** Verifies the token before anything is allocated. */
  admit(request: AdmissionRequest): Promise<Admission>;
  /** A tunnel is confirmed: the first sealed viewer message came. Its first path comes up right after. */
  onTunnel(tunnel: AgentTunnel): void;
}

/** Agent: the one place that answers first messages on relay paths. */
export interface TunnelAcceptor {
  /** Takes a fresh relay path and runs whatever handshake its first message asks for: opening, or reattachment. */
  accept(path: Path, context: SessionContext): void;
  /** Live tunnels, detached ones included. */
  tunnels(): readonly AgentTunnel[];
  /** Ends all tunnels with a code. */
  close(code: Code, reason: string): void;
}

/** `openTunnel` in open-tunnel.ts: resolves when message 2 accepted; rejects with the agent's refusal or `timeout`. */
export type OpenTunnel = (options: OpenTunnelOptions) => Promise<ViewerTunnel>;
/** `createAcceptor` in accept-tunnel.ts. */
export type CreateAcceptor = (options: AcceptorOptions) => TunnelAcceptor;
