/**
 * A viewer's socket: one `join` with the session's ticket, then relay bytes. Invariant: its account came with the
 * upgrade (session cookie, exact Origin), the ticket must be of a session of that account, and the socket ends with the
 * sign-in that opened it. A viewer of a share has no account: its ticket must be of a share's session.
 */
import { type Code, protocolVersions, TunnelError } from "@culvert/protocol";
import { fromViewerSchema, type ServerId, type SessionId, type ToViewer } from "@culvert/protocol/signaling";
import type { WebSocket } from "ws";
import type { SignedIn, SignInEnd } from "../accounts/index.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import { relayPolicyOf, type ServerDirectory } from "../servers/index.ts";
import type { RemoteSessions } from "../sessions/index.ts";
import type { Watchers } from "../watchers.ts";
import type { JoinedRelay } from "./joined-relay.ts";
import { closeCodes, JsonSocket } from "./json-socket.ts";
import type { RelayRoutes } from "./relay-routes.ts";
import type { ViewerLink } from "./relays.ts";

/** What viewer sockets stand on. */
export interface ViewerSocketOptions {
  readonly sessions: RemoteSessions;
  readonly directory: ServerDirectory;
  readonly routes: RelayRoutes;
  /** By sign-in. */
  readonly signInEnds: Watchers<SignInEnd>;
  /** Told of each join of an account's viewer that failed. */
  readonly onJoinFailed: (accountId: string, code: Code) => void;
  readonly nowMs: () => number;
  readonly log: Logger;
}

type Phase =
  | { readonly name: "waiting" }
  | { readonly name: "joining" }
  | { readonly name: "joined"; readonly relay: JoinedRelay }
  | { readonly name: "closed" };

export class ViewerSocket {
  readonly json: JsonSocket;
  readonly #options: ViewerSocketOptions;
  /** Undefined for a viewer of a share. */
  readonly #accountId: string | undefined;
  readonly #onKnown: () => void;
  readonly #joinTimer: NodeJS.Timeout;
  readonly #unwatchSignIn: () => void;
  #phase: Phase = { name: "waiting" };

  /** `onKnown`: called once the viewer has joined. */
  constructor(socket: WebSocket, viewer: SignedIn | undefined, options: ViewerSocketOptions, onKnown: () => void) {
    this.#options = options;
    this.#accountId = viewer?.accountId;
    this.#onKnown = onKnown;
    this.json = new JsonSocket(socket, {
      onJson: (message) => this.#receive(message),
      onBytes: (bytes) => this.#receiveBytes(bytes),
      onClose: (end) => this.#closed(end === "goodbye" ? "closed" : "network"),
    });
    this.#joinTimer = setTimeout(() => this.#fail("timeout", "No join came in time."), serverLimits.helloMs);
    const signedOut = () => this.#fail("unauthenticated", "You have signed out here, or your sign-in is over.");
    this.#unwatchSignIn = viewer === undefined ? () => undefined : options.signInEnds.watch(viewer.signInId, signedOut);
  }

  #receive(message: unknown): void {
    const parsed = fromViewerSchema.safeParse(message);
    if (!parsed.success || this.#phase.name !== "waiting") {
      this.#fail("protocol-error", "This message has no place here.");
      return;
    }
    const { versions, signalingTicket } = parsed.data;
    if (versions.max < protocolVersions.min || versions.min > protocolVersions.max) {
      this.#fail("version-unsupported", "This page is of another version than the server.", "Reload the page.");
      return;
    }
    this.#phase = { name: "joining" };
    this.#join(signalingTicket).catch((thrown: unknown) => {
      if (!(thrown instanceof TunnelError)) this.#options.log.error({ err: thrown }, "a viewer could not join");
      const {
        code,
        message: words,
        hint,
      } = thrown instanceof TunnelError
        ? thrown
        : new TunnelError("internal", "The server failed to join this viewer.");
      if (this.#accountId !== undefined) this.#options.onJoinFailed(this.#accountId, code);
      this.#fail(code, words, hint);
    });
  }

  #receiveBytes(bytes: Uint8Array): void {
    if (this.#phase.name === "joined") this.#phase.relay.fromViewer(bytes);
    else this.#fail("protocol-error", "Bytes came before the viewer had joined.");
  }

  async #join(signalingTicket: string): Promise<void> {
    const { sessions, directory, routes, nowMs } = this.#options;
    const session = await sessions.admit(this.#accountId, signalingTicket);
    const serverId = session.serverId as ServerId;
    const server = await directory.enrolled(serverId);
    if (this.#phase.name !== "joining") return;
    if (server === undefined) throw new TunnelError("offline", "The server is not connected now.");
    const relay = await routes.join(serverId, {
      viewer: this.#link(),
      sessionId: session.sessionId as SessionId,
      serviceName: session.serviceName,
      relayPolicy: relayPolicyOf(server, session.serviceName),
      sessionEndsAt: session.expiresAt,
    });
    // It left while another node was asked.
    if (this.#phase.name !== "joining") return relay.viewerLeft("closed");
    this.#phase = { name: "joined", relay };
    this.#known();
    this.#tell({ type: "joined", relayId: relay.relayId, serverTimeMs: nowMs() });
    relay.welcome();
  }

  #link(): ViewerLink {
    return {
      tell: (message) => this.#tell(message),
      sendBytes: (bytes) => this.json.sendBytes(bytes, serverLimits.viewerQueueBytes),
      leave: (code) => {
        this.#tell({ type: "peer-left", code });
        this.json.close(closeCodes.normal, code);
        this.#closed(code);
      },
      fail: (code, message) => this.#fail(code, message),
    };
  }

  #tell(message: ToViewer): void {
    this.json.send(message);
  }

  #fail(code: Code, message: string, hint?: string): void {
    this.json.fail(code, message, hint);
    this.#closed(code);
  }

  /** The server is going down. */
  goAway(): void {
    this.json.close(closeCodes.goingAway);
    this.#closed("network");
  }

  #known(): void {
    clearTimeout(this.#joinTimer);
    this.#onKnown();
  }

  #closed(code: Code): void {
    const phase = this.#phase;
    if (phase.name === "closed") return;
    this.#phase = { name: "closed" };
    this.#unwatchSignIn();
    if (phase.name === "joined") phase.relay.viewerLeft(code);
    else clearTimeout(this.#joinTimer);
  }
}
