/** The viewer's side of a tunnel's control stream: it offers data channel paths and takes what the agent says to them. */
import { limits, TunnelError } from "@culvert/protocol";
import type { Clock, ViewerTunnel } from "@culvert/protocol/endpoint";
import { ControlChannel, type ControlMessage } from "@culvert/protocol/http";
import type { IceServer } from "@culvert/protocol/signaling";
import type { PeerConnection, WebRtcLibrary } from "../webrtc/webrtc-library.ts";

/** An offer that runs. */
interface Offer {
  readonly connection: PeerConnection;
  readonly failed: (error: TunnelError) => void;
}

export interface PathOfferingOptions {
  readonly tunnel: ViewerTunnel;
  readonly library: WebRtcLibrary;
  readonly clock: Clock;
  /** What a path that is offered now uses. */
  iceServers(): readonly IceServer[];
}

/** Offers paths one by one or several at once. One per tunnel: it owns the control stream. */
export class PathOffering {
  readonly #options: PathOfferingOptions;
  readonly #control: ControlChannel;
  readonly #offers = new Map<number, Offer>();

  constructor(options: PathOfferingOptions) {
    this.#options = options;
    this.#control = new ControlChannel(options.tunnel.control);
    void this.#receiveAll();
  }

  /** Resolves with the path's id when the tunnel has it. Rejects with scope path where none came up in time. */
  async addPath(kind: "direct" | "turn"): Promise<number> {
    const { tunnel, library, clock } = this.#options;
    const pathId = tunnel.nextPathId();
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => {});
    const connection = library.connect({
      kind,
      iceServers: this.#options.iceServers(),
      onCandidate: (candidate) => this.#tell({ type: "path-candidate", pathId, ...candidate }),
    });
    this.#offers.set(pathId, { connection, failed: failure.reject });
    const cancelTimer = clock.setTimer(limits.directWaitMs, () =>
      failure.reject(new TunnelError("timeout", "no data channel came up in time", { scope: "path" })),
    );
    try {
      const sdp = await connection.offer();
      await this.#control.send({ type: "path-offer", pathId, kind, sdp });
      const path = await Promise.race([connection.opened, failure.promise]);
      await tunnel.attachPath(pathId, path);
      return pathId;
    } catch (thrown) {
      const error = TunnelError.from(thrown, "path-failed");
      if (error.origin === "local") {
        this.#tell({ type: "path-failed", pathId, code: error.code, message: error.message.slice(0, 512) });
      }
      void connection.close();
      throw error;
    } finally {
      cancelTimer();
      this.#offers.delete(pathId);
    }
  }

  async #receiveAll(): Promise<void> {
    try {
      for (let message = await this.#control.receive(); message !== null; message = await this.#control.receive()) {
        this.#receive(message);
      }
      this.#failAll(new TunnelError("closed", "the control stream ended", { scope: "path" }));
    } catch (thrown) {
      this.#failAll(TunnelError.from(thrown));
    }
  }

  #receive(message: ControlMessage): void {
    // It is for pages, which a Node viewer has none of.
    if (message.type === "app-address") return;
    if (message.type === "path-suspect") this.#options.tunnel.doubtPath(message.pathId);
    const offer = this.#offers.get(message.pathId);
    if (offer === undefined) return;
    switch (message.type) {
      case "path-answer":
        offer.connection.acceptAnswer(message.sdp).catch((thrown: unknown) => offer.failed(TunnelError.from(thrown)));
        break;
      case "path-candidate":
        offer.connection.addCandidate(message);
        break;
      case "path-failed":
        offer.failed(new TunnelError(message.code, message.message, { scope: "path", origin: "remote" }));
        break;
      case "path-suspect":
      case "path-offer":
        // Only viewers offer; nothing waits for an answer here.
        break;
      default:
        message satisfies never;
    }
  }

  #failAll(error: TunnelError): void {
    for (const { failed } of this.#offers.values()) failed(error);
  }

  #tell(message: ControlMessage): void {
    this.#control.send(message).catch(() => {});
  }
}
