/**
 * A path while its handshake runs: messages are asked for one by one, within one deadline for all of them.
 * Invariant: nothing is lost at the change of hands; what came too early waits for the endpoint, in order.
 */
import type { Code } from "../codes.ts";
import { type ErrorScope, TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Clock } from "./clock.ts";
import type { Path, PathHandlers } from "./path.ts";

interface Waiter {
  resolve(message: Uint8Array): void;
  reject(error: TunnelError): void;
}

/** Takes over a path's handlers; ends by `release` or `close`. One `next` at a time. */
export class HandshakePath {
  readonly #path: Path;
  readonly #scope: ErrorScope;
  readonly #cancelDeadline: () => void;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #waiter: Waiter | null = null;
  #fault: TunnelError | null = null;
  #handlers: PathHandlers | null = null;
  #isClosed = false;

  /** `scope`: what dies where this handshake fails, as its errors say. */
  constructor(path: Path, clock: Clock, scope: ErrorScope) {
    this.#path = path;
    this.#scope = scope;
    this.#cancelDeadline = clock.setTimer(limits.handshakeMs, () => {
      const seconds = limits.handshakeMs / 1000;
      this.#failWith(new TunnelError("timeout", `the handshake took longer than ${seconds} s`, { scope }));
    });
    path.attach({
      onMessage: (message) => this.#onMessage(message),
      onDrain: () => this.#handlers?.onDrain(),
      onClose: (code, reason) => this.#onClose(code, reason),
    });
  }

  get maxMessageBytes(): number {
    return this.#path.maxMessageBytes;
  }

  /** Sends as `Path.send` does. */
  send(message: Uint8Array): void {
    this.#path.send(message);
  }

  /** The next message. Rejects with `timeout`, or with the code of the path's close (origin remote). */
  next(): Promise<Uint8Array> {
    const message = this.#early.shift();
    if (message !== undefined) {
      this.#earlyBytes -= message.length;
      this.#path.taken?.(message.length);
      return Promise.resolve(message);
    }
    if (this.#fault !== null) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** The path for its endpoint, which attaches anew. Throws the fault where the path has failed meanwhile. */
  release(): Path {
    this.#cancelDeadline();
    if (this.#fault !== null) throw this.#fault;
    const path = this.#path;
    return {
      kind: path.kind,
      copiesMessages: path.copiesMessages === true,
      get maxMessageBytes() {
        return path.maxMessageBytes;
      },
      get queueBytes() {
        return path.queueBytes;
      },
      bufferedBytes: () => path.bufferedBytes(),
      send: (message) => path.send(message),
      attach: (handlers) => this.#handOver(handlers),
      taken: (byteCount) => path.taken?.(byteCount),
      close: (code, reason) => {
        this.#isClosed = true;
        path.close(code, reason);
      },
    };
  }

  /** Ends the handshake and the path; a waiting `next` rejects with the code. Idempotent. */
  close(code: Code, reason: string): void {
    this.#isClosed = true;
    this.#failWith(new TunnelError(code, reason, { scope: this.#scope }));
    this.#path.close(code, reason);
  }

  #onMessage(message: Uint8Array): void {
    const waiter = this.#waiter;
    if (this.#handlers !== null) {
      this.#handlers.onMessage(message);
    } else if (waiter !== null) {
      this.#waiter = null;
      this.#path.taken?.(message.length);
      waiter.resolve(message);
    } else if (this.#fault === null) {
      this.#early.push(message);
      this.#earlyBytes += message.length;
      if (this.#earlyBytes > limits.handshakeBacklogBytes) this.#refuseBacklog();
    }
  }

  #onClose(code: Code, reason: string): void {
    if (this.#handlers !== null) this.#handlers.onClose(code, reason);
    else this.#failWith(new TunnelError(code, reason, { scope: this.#scope, origin: "remote" }));
  }

  #refuseBacklog(): void {
    this.#early = [];
    this.close("limit-reached", `more than ${limits.handshakeBacklogBytes} bytes came before the handshake was done`);
  }

  #failWith(fault: TunnelError): void {
    this.#cancelDeadline();
    this.#fault ??= fault;
    const waiter = this.#waiter;
    this.#waiter = null;
    waiter?.reject(this.#fault);
  }

  /** Messages that come while earlier ones are handed over queue behind them. */
  #handOver(handlers: PathHandlers): void {
    for (let message = this.#early.shift(); message !== undefined; message = this.#early.shift()) {
      if (!this.#isClosed) handlers.onMessage(message);
    }
    this.#handlers = handlers;
    if (this.#fault !== null && !this.#isClosed) handlers.onClose(this.#fault.code, this.#fault.message);
  }
}
