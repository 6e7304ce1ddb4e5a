/** Two data channels that are joined in memory, as far as a path uses them. */
import type { DataChannel } from "../src/webrtc/data-channel-path.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Both ends, and what the network does to them. */
export interface ChannelPair {
  readonly viewer: DataChannel;
  readonly agent: DataChannel;
  open(): void;
  cut(): void;
  /** Messages vanish from now on, and nobody is told. */
  blackHole(): void;
}

export function channelPair(): ChannelPair {
  const ends: Mutable<DataChannel>[] = [];
  let isBlackHole = false;
  const end = (index: number): Mutable<DataChannel> => ({
    readyState: "connecting",
    binaryType: "blob",
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    onbufferedamountlow: null,
    onclose: null,
    onerror: null,
    onmessage: null,
    onopen: null,
    send(bytes) {
      const data = bytes.slice().buffer;
      if (isBlackHole) return;
      queueMicrotask(() => call(ends[1 - index]?.onmessage, { data }));
    },
    close: () => cut(),
  });
  const cut = (): void => {
    for (const channel of ends) {
      if (channel.readyState === "closed") continue;
      channel.readyState = "closed";
      queueMicrotask(() => call(channel.onclose, {}));
    }
  };
  const [viewer, agent] = [end(0), end(1)];
  ends.push(viewer, agent);
  return {
    viewer,
    agent,
    cut,
    blackHole() {
      isBlackHole = true;
    },
    open() {
      for (const channel of ends) {
        channel.readyState = "open";
        call(channel.onopen, {});
      }
    },
  };
}

function call(handler: unknown, event: object): void {
  if (typeof handler === "function") handler(event);
}
