/**
 * The receiving side that all paths of the browser share.
 * Invariant: messages reach the handlers in order, early ones first; after a close, by either side, nothing does.
 */
import type { Code } from "@culvert/protocol";
import type { PathHandlers } from "@culvert/protocol/endpoint";

/** Holds what arrives until handlers are attached. */
export class PathInbox {
  #handlers: PathHandlers | undefined;
  #early: Uint8Array[] = [];
  #remoteClose: { readonly code: Code; readonly reason: string } | undefined;
  #finished = false;

  /** True after a close by either side: sending is a no-op then. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Sets the handlers, once, and delivers what came before. */
  attach(handlers: PathHandlers): void {
    if (this.#handlers !== undefined) throw new Error("a path is attached once");
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const message of early) handlers.onMessage(message);
    if (this.#remoteClose !== undefined) handlers.onClose(this.#remoteClose.code, this.#remoteClose.reason);
  }

  /** A message came. */
  receive(message: Uint8Array): void {
    if (this.#finished) return;
    if (this.#handlers === undefined) this.#early.push(message);
    else this.#handlers.onMessage(message);
  }

  /** The queue has room again. */
  drained(): void {
    if (!this.#finished) this.#handlers?.onDrain();
  }

  /** The other side or the network closed the pipe. Only the first end counts. */
  closeRemotely(code: Code, reason: string): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#remoteClose = { code, reason };
    this.#handlers?.onClose(code, reason);
  }

  /** This side closed the pipe. True where it was open. */
  closeLocally(): boolean {
    if (this.#finished) return false;
    this.#finished = true;
    this.#early = [];
    this.#handlers ??= { onMessage() {}, onDrain() {}, onClose() {} };
    return true;
  }
}
