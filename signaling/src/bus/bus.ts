/**
 * What nodes say to each other. Invariant: a bus carries hints and live bytes alone; what must be true is in the store,
 * so that a lost message costs time and nothing else. Messages of one node to one subject keep their order.
 */

/** A message as a listener gets it. Its bytes are the listener's. */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Answers a request; does nothing for a message that is none. */
  answer(data: Uint8Array): void;
}

/** What came of a request: an answer, nobody who listens there, or a bus that does not carry it now. */
export type BusAnswer =
  | { readonly type: "answer"; readonly data: Uint8Array }
  | { readonly type: "nobody" }
  | { readonly type: "down" };

/** A bus, of this process alone or of several nodes. Subjects are words joined by dots; `*` listens to any one word. */
export interface Bus {
  /** True where other nodes may be on it. */
  readonly isShared: boolean;
  /** False while nothing gets through to other nodes. */
  isUp(): boolean;
  /** Hands a message to whoever listens; lost where the bus is down. */
  publish(subject: string, data: Uint8Array): void;
  /** Asks the one who listens. Never rejects. */
  request(subject: string, data: Uint8Array): Promise<BusAnswer>;
  /** Calls `listener` for each message until the returned function is called. A listener must not throw. */
  subscribe(subject: string, listener: (message: BusMessage) => void): () => void;
  /** Calls `listener` with each change of `isUp`, until the returned function is called. */
  watch(listener: (isUp: boolean) => void): () => void;
  close(): Promise<void>;
}
