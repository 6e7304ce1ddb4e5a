/** A tunnel between message 2 and the viewer's first sealed message: keys and an answer, no stream, no target. */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Clock } from "./clock.ts";
import type { SealedPathOptions } from "./endpoint.ts";
import type { HandshakePath } from "./handshake-path.ts";
import type { AnsweredOpening } from "./opening-answer.ts";
import { awaitConfirmation } from "./sealed-start.ts";

/** An opening that was accepted. */
export type AcceptedOpening = Extract<AnsweredOpening, { type: "accepted" }>;

/**
 * Invariant: it is confirmed once, on one of the paths that brought the same message 1; it ends by confirmation, by
 * `end`, or unused after `limits.handshakeMs`.
 */
export class UnconfirmedTunnel {
  readonly opening: AcceptedOpening;
  readonly #pipes = new Set<HandshakePath>();
  readonly #cancelExpiry: () => void;
  readonly #onOver: () => void;
  #isOver = false;

  /** `onOver` is called once, when it is confirmed or ended. */
  constructor(opening: AcceptedOpening, clock: Clock, onOver: () => void) {
    this.opening = opening;
    this.#onOver = onOver;
    this.#cancelExpiry = clock.setTimer(limits.handshakeMs, () => {
      this.end("timeout", "the viewer did not confirm the tunnel in time");
    });
  }

  /** Sends the answer on a path and waits for the confirmation there; gives the path as the endpoint takes it. */
  async confirmOn(pipe: HandshakePath): Promise<SealedPathOptions> {
    if (this.#isOver) throw superseded();
    this.#pipes.add(pipe);
    try {
      // A copy: the path owns what it sends, and the same answer may go out again.
      pipe.send(this.opening.answer.slice());
      return await awaitConfirmation(pipe, this.opening.pathId, this.opening.keys, () => this.#claim(pipe));
    } finally {
      this.#pipes.delete(pipe);
    }
  }

  /** Gives it up and closes its paths. Idempotent. */
  end(code: Code, reason: string): void {
    if (this.#isOver) return;
    this.#over();
    for (const pipe of this.#pipes) pipe.close(code, reason);
  }

  #claim(winner: HandshakePath): void {
    if (this.#isOver) throw superseded();
    this.#over();
    for (const pipe of this.#pipes) {
      if (pipe !== winner) pipe.close("superseded", "the tunnel was confirmed on another path");
    }
  }

  #over(): void {
    this.#isOver = true;
    this.#cancelExpiry();
    this.#onOver();
  }
}

function superseded(): TunnelError {
  return new TunnelError("superseded", "a newer opening took its place", { scope: "path" });
}
