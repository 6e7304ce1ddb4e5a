/**
 * How much of one service its viewers may use together: streams at once, and bytes of one request's body.
 * Invariant: a place is given back when nothing is left at the target; who comes first is served first.
 */
import { TunnelError } from "@culvert/protocol";
import type { Clock } from "@culvert/protocol/endpoint";
import type { ReceivedRequest } from "@culvert/protocol/http";

/** Streams that stay open, a page's WebSockets, may hold every place: nobody should wait for them without a word. */
export const placeWaitMs = 10_000;

/** The places at one service, of all its viewers. */
export class ServicePlaces {
  readonly #most: number;
  readonly #clock: Clock;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  /** `most`: as many as come, where it is left out. */
  constructor(clock: Clock, most: number = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#most = most;
  }

  /**
   * Runs it when there is a place; gives the place back when it has settled. Rejects with `limit-reached` where there was none
   * for `placeWaitMs`.
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most) await this.#wait();
    else this.#taken += 1;
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      // The place goes from hand to hand, so that nobody who comes now is faster.
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        cancel();
        this.#waiting.delete(take);
        resolve();
      };
      const cancel = this.#clock.setTimer(placeWaitMs, () => {
        this.#waiting.delete(take);
        const message = `The service takes ${this.#most} streams at once, and all are in use.`;
        reject(new TunnelError("limit-reached", message, { scope: "stream" }));
      });
      this.#waiting.add(take);
    });
  }
}

/** Why a request's body is too large by its own word; undefined where it is not, or says nothing. */
export function bodyRefusal(declaredBytes: number, mostBytes: number): TunnelError | undefined {
  return declaredBytes > mostBytes ? tooLarge(mostBytes) : undefined;
}

/** The same request; a body that turns out larger fails. */
export function withBodyLimit(request: ReceivedRequest, mostBytes: number): ReceivedRequest {
  let readBytes = 0;
  return {
    ...request,
    async readBody() {
      const bytes = await request.readBody();
      readBytes += bytes?.byteLength ?? 0;
      if (readBytes <= mostBytes) return bytes;
      request.stopBody("limit-reached");
      throw tooLarge(mostBytes);
    },
  };
}

function tooLarge(mostBytes: number): TunnelError {
  const message = `The request's body is larger than the ${mostBytes} bytes that the service takes.`;
  return new TunnelError("limit-reached", message, {
    scope: "stream",
    hint: "Send less, or raise limits.bodyBytes there.",
  });
}
