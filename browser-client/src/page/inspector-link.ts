/** The core's log of requests as the page has it. Invariant: after `close` every question has its answer. */
import { TunnelError } from "@culvert/protocol";
import type { FromInspection, ToInspection } from "../core/inspection.ts";
import type { AppInspector, InspectedBatch, InspectedDetail } from "../inspector-api.ts";

type Answer = Exclude<FromInspection, { type: "inspected" }>;

/** One App View's. */
export class InspectorLink implements AppInspector {
  readonly #send: (message: ToInspection) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #listener: ((batch: InspectedBatch) => void) | undefined;
  #lastRequestId = 0;
  #closed = false;

  constructor(send: (message: ToInspection) => void) {
    this.#send = send;
  }

  watch(listener: (batch: InspectedBatch) => void): () => void {
    this.#listener = listener;
    this.#send({ type: "inspect", isWanted: true });
    return () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      if (!this.#closed) this.#send({ type: "inspect", isWanted: false });
    };
  }

  async detail(id: number): Promise<InspectedDetail> {
    const answer = await this.#ask((requestId) => ({ type: "inspect-detail", requestId, id }));
    if (answer.type === "inspected-detail") return answer.detail;
    throw faultOf(answer);
  }

  async replay(id: number): Promise<number> {
    const answer = await this.#ask((requestId) => ({ type: "inspect-repeat", requestId, id }));
    if (answer.type === "inspected-repeat") return answer.id;
    throw faultOf(answer);
  }

  keepBodies(isWanted: boolean): void {
    this.#send({ type: "inspect-bodies", isWanted });
  }

  clear(): void {
    this.#send({ type: "inspect-clear" });
  }

  /** Takes a message of the core. */
  receive(message: FromInspection): void {
    if (message.type === "inspected") {
      this.#listener?.(message.batch);
      return;
    }
    this.#waiting.get(message.requestId)?.resolve(message);
    this.#waiting.delete(message.requestId);
  }

  /** Refuses what is open. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(viewClosed());
    this.#waiting.clear();
  }

  #ask(question: (requestId: number) => ToInspection): Promise<Answer> {
    if (this.#closed) return Promise.reject(viewClosed());
    this.#lastRequestId += 1;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(this.#lastRequestId, waiting);
    this.#send(question(this.#lastRequestId));
    return waiting.promise;
  }
}

function faultOf(answer: Answer): TunnelError {
  if (answer.type !== "inspect-failed") return new TunnelError("internal", "The core answered another question.");
  const { code, message, hint } = answer.fault;
  return new TunnelError(code, message, { hint });
}

function viewClosed(): TunnelError {
  return new TunnelError("closed", "The App View was closed.");
}
