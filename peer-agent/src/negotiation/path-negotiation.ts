/**
 * The agent's side of a tunnel's control stream: it says where the app believes to be, and answers the viewer's offers of
 * further paths.
 * Invariant: a path id is tried once, and few attempts run at a time.
 */
import { type Code, limits, TunnelError } from "@culvert/protocol";
import type { AgentTunnel, Clock, PathStatus } from "@culvert/protocol/endpoint";
import { ControlChannel, type ControlMessage } from "@culvert/protocol/http";
import type { IceServer } from "@culvert/protocol/signaling";
import type { WebRtcLibrary } from "../webrtc/webrtc-library.ts";
import { PathAttempt, type PathOffer } from "./path-attempt.ts";

/** As many as a viewer opens for a bulk transfer; more would only cost sockets. */
const attemptsAtOnce = 8;

export interface NegotiationOptions {
  readonly tunnel: AgentTunnel;
  readonly library: WebRtcLibrary;
  readonly clock: Clock;
  /** Port of this machine's loopback at which the app is; viewers are told it first. */
  readonly loopbackPort?: number;
  /** The servers that the control plane told last. */
  iceServers(): readonly IceServer[];
}

/** Answers until the control stream ends, which the tunnel's end brings about. Never rejects. */
export async function negotiatePaths(options: NegotiationOptions): Promise<void> {
  const negotiation = new PathNegotiation(options);
  await negotiation.run();
}

class PathNegotiation {
  readonly #options: NegotiationOptions;
  readonly #control: ControlChannel;
  readonly #attempts = new Map<number, PathAttempt>();

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#control = new ControlChannel(options.tunnel.control);
  }

  async run(): Promise<void> {
    const stopListening = this.#options.tunnel.onEvent((event) => {
      if (event.type === "path-trust" && event.path.state === "suspect") this.#tellSuspect(event.path);
    });
    const { loopbackPort } = this.#options;
    if (loopbackPort !== undefined) this.#tell({ type: "app-address", loopbackPort });
    try {
      for (let message = await this.#control.receive(); message !== null; message = await this.#control.receive()) {
        this.#receive(message);
      }
    } catch (thrown) {
      const { code, message } = TunnelError.from(thrown);
      // Without its control stream a tunnel cannot be kept alive. Closing one that is over does nothing.
      this.#options.tunnel.close(code, message);
    } finally {
      stopListening();
      for (const attempt of this.#attempts.values()) attempt.cancel();
    }
  }

  #receive(message: ControlMessage): void {
    switch (message.type) {
      case "path-offer":
        this.#answer(message);
        break;
      case "path-candidate":
        this.#attempts.get(message.pathId)?.addCandidate(message);
        break;
      case "path-failed":
        this.#attempts.get(message.pathId)?.cancel();
        break;
      case "app-address":
      case "path-suspect":
      case "path-answer":
        // What only an agent says has no place here; it changes nothing (SPEC.md §Control messages).
        break;
      default:
        message satisfies never;
    }
  }

  #answer(offer: PathOffer): void {
    const { pathId } = offer;
    if (this.#attempts.has(pathId)) {
      this.#refuse(pathId, "protocol-error", "this path is being tried already");
    } else if (this.#attempts.size >= attemptsAtOnce) {
      this.#refuse(pathId, "limit-reached", `${attemptsAtOnce} paths are being tried already`);
    } else if (this.#attempts.size + this.#channelPaths >= limits.agentChannelPaths) {
      this.#refuse(pathId, "limit-reached", `this tunnel has ${limits.agentChannelPaths} paths already`);
    } else {
      this.#try(offer);
    }
  }

  get #channelPaths(): number {
    return this.#options.tunnel.paths().filter(({ kind }) => kind !== "relay").length;
  }

  #try(offer: PathOffer): void {
    const { pathId } = offer;
    const { tunnel, library, clock, iceServers } = this.#options;
    const tell = (message: ControlMessage) => this.#tell(message);
    try {
      const attempt = new PathAttempt(offer, { tunnel, library, clock, iceServers: iceServers(), tell });
      this.#attempts.set(pathId, attempt);
      attempt.run(offer.sdp).finally(() => this.#attempts.delete(pathId));
    } catch (thrown) {
      this.#refuse(pathId, "path-failed", `no peer connection could be made: ${String(thrown)}`);
    }
  }

  /** A viewer that only receives would see later than this side that nothing moves. */
  #tellSuspect({ pathId, kind }: PathStatus): void {
    const canTell = this.#options.tunnel.paths().some(({ state }) => state === "active");
    if (canTell && kind !== "relay") this.#tell({ type: "path-suspect", pathId });
  }

  #refuse(pathId: number, code: Code, message: string): void {
    this.#tell({ type: "path-failed", pathId, code, message: message.slice(0, 512) });
  }

  #tell(message: ControlMessage): void {
    // A control stream that takes nothing is over: `run` ends for the same reason.
    this.#control.send(message).catch(() => {});
  }
}
