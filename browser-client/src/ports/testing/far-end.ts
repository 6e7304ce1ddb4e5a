/** For tests: a MessagePort pair of which one end is in the test's hands. */

/** The test's end: what came, and a wait for more of it. */
export interface FarEnd {
  readonly received: { readonly type: string; readonly [key: string]: unknown }[];
  readonly port: MessagePort;
  send(message: object, transfer?: Transferable[]): void;
  /** Resolves with the n-th message of a type, counted from 0. */
  next(type: string, index?: number): Promise<{ readonly type: string; readonly [key: string]: unknown }>;
}

/** Takes a port into the test's hands. */
export function farEnd(port: MessagePort): FarEnd {
  const received: FarEnd["received"] = [];
  const waiters = new Set<() => void>();
  port.onmessage = ({ data }) => {
    received.push(data);
    for (const waiter of [...waiters]) waiter();
  };
  return {
    received,
    port,
    send: (message, transfer = []) => port.postMessage(message, transfer),
    next: (type, index = 0) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.filter((message) => message.type === type)[index];
          if (found === undefined) return;
          waiters.delete(look);
          resolve(found);
        };
        waiters.add(look);
        look();
      }),
  };
}
