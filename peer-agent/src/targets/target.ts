/** What a service's target does, wherever it lives: answer HTTP exchanges and WebSockets, or carry bytes. */
import type { ByteStream } from "@culvert/protocol/endpoint";
import type { ReceivedRequest, ReceivedWebSocket } from "@culvert/protocol/http";

/** Every target passes the contracts in `testing/`. Policy was checked and headers were filtered before it is called. */
export interface ServiceTarget {
  /** Answers one exchange, or fails it in words. Resolves when nothing of it is left, and never rejects. */
  exchange(request: ReceivedRequest): Promise<void>;
  /** Joins one WebSocket with the target. Resolves when nothing of it is left, and never rejects. */
  joinWebSocket(request: ReceivedWebSocket): Promise<void>;
  /** Joins one tcp stream with the target; resets it with a code where that fails. Resolves and never rejects likewise. */
  joinStream(stream: ByteStream): Promise<void>;
  /** Lists the terminal sessions it shows; left out where it has none. May reject with anything. */
  terminals?(): Promise<unknown>;
  /** Resolves with true where the target takes connections now. */
  isReachable(): Promise<boolean>;
  /** Ends everything that runs. Idempotent. */
  close(): Promise<void>;
}
