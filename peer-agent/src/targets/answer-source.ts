/**
 * The answer of a target, paused and resumed. Invariant: never paused behind its last byte: undici's parser (8.12) tells the
 * end of a body only when it goes on, and takes a server that closes the connection before that for one that cut it short.
 */
import type { HeaderList } from "@culvert/protocol/http";
import type { PausableSource } from "./answer-body.ts";
import { declaredBytes } from "./raw-headers.ts";

export class AnswerSource implements PausableSource {
  readonly #controller: PausableSource;
  readonly #wholeBytes: number;
  #receivedBytes = 0;

  /** `headers` of the target itself. A body without a declared length ends in bytes of its own, or with the connection. */
  constructor(controller: PausableSource, headers: HeaderList) {
    this.#controller = controller;
    this.#wholeBytes = declaredBytes(headers) ?? Number.POSITIVE_INFINITY;
  }

  /** Told of each part of the body before anybody pauses because of it. */
  received(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
  }

  pause(): void {
    if (this.#receivedBytes >= this.#wholeBytes) return;
    this.#controller.pause();
  }

  resume(): void {
    this.#controller.resume();
  }
}
