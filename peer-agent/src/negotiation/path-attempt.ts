/** One attempt at a data channel path, as the agent answers it: from the viewer's offer to a path of the tunnel. */
import { limits, TunnelError } from "@culvert/protocol";
import type { AgentTunnel, Clock } from "@culvert/protocol/endpoint";
import type { ControlMessage } from "@culvert/protocol/http";
import type { IceServer } from "@culvert/protocol/signaling";
import type { CandidateLine, PeerConnection, WebRtcLibrary } from "../webrtc/webrtc-library.ts";

/** The viewer's offer. */
export type PathOffer = Extract<ControlMessage, { type: "path-offer" }>;

export interface PathAttemptOptions {
  readonly tunnel: Pick<AgentTunnel, "acceptPath">;
  readonly library: WebRtcLibrary;
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
  /** Tells the viewer; never rejects. */
  tell(message: ControlMessage): void;
}

/** An attempt that runs. */
export class PathAttempt {
  readonly pathId: number;
  readonly #options: PathAttemptOptions;
  readonly #connection: PeerConnection;
  #state: "answering" | "answered" | "over" = "answering";
  /** Candidates wait for the answer: a viewer cannot place them before. */
  #early: CandidateLine[] = [];

  constructor(offer: PathOffer, options: PathAttemptOptions) {
    const { pathId, kind } = offer;
    this.pathId = pathId;
    this.#options = options;
    this.#connection = options.library.connect({
      kind,
      iceServers: options.iceServers,
      onCandidate: (candidate) => this.#tellCandidate(candidate),
    });
  }

  /** Runs to its end. Resolves with true where the tunnel has a new path; the viewer was told where not. */
  async run(offerSdp: string): Promise<boolean> {
    const { clock, tunnel, tell } = this.#options;
    const cancelTimer = clock.setTimer(limits.directWaitMs, () => {
      this.fail(new TunnelError("timeout", "no data channel came up in time", { scope: "path" }));
    });
    try {
      tell({ type: "path-answer", pathId: this.pathId, sdp: await this.#connection.answer(offerSdp) });
      this.#tellEarly();
      const path = await this.#connection.opened;
      await tunnel.acceptPath(this.pathId, path);
      return true;
    } catch (thrown) {
      this.fail(TunnelError.from(thrown, "path-failed"));
      return false;
    } finally {
      cancelTimer();
      this.#state = "over";
    }
  }

  addCandidate(candidate: CandidateLine): void {
    this.#connection.addCandidate(candidate);
  }

  /** The attempt is of no use: the viewer is told why, once. */
  fail(error: TunnelError): void {
    if (this.#state === "over") return;
    this.#state = "over";
    const message = error.message.slice(0, 512);
    this.#options.tell({ type: "path-failed", pathId: this.pathId, code: error.code, message });
    void this.#connection.close();
  }

  /** The viewer gave up, or the tunnel is gone: nobody needs to be told. */
  cancel(): void {
    this.#state = "over";
    void this.#connection.close();
  }

  #tellCandidate(candidate: CandidateLine): void {
    if (this.#state === "answering") this.#early.push(candidate);
    if (this.#state === "answered") {
      this.#options.tell({ type: "path-candidate", pathId: this.pathId, ...candidate });
    }
  }

  #tellEarly(): void {
    if (this.#state === "answering") this.#state = "answered";
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) this.#tellCandidate(candidate);
  }
}
