/** A message port whose other end is the test. */
import type { ExchangePort } from "../src/core/exchange-context.ts";

/** What was posted, in order, and how to say something to the owner of the port. */
export interface FakePort<Outgoing> extends ExchangePort<Outgoing> {
  readonly posted: Outgoing[];
  closed: boolean;
  say(message: unknown): void;
}

export function fakePort<Outgoing>(): FakePort<Outgoing> {
  return {
    posted: [],
    closed: false,
    onmessage: null,
    postMessage(message) {
      if (!this.closed) this.posted.push(message);
    },
    close() {
      this.closed = true;
    },
    say(message) {
      this.onmessage?.({ data: message } as MessageEvent);
    },
  };
}
