/** The one promise of a peer connection: its open path, or why there is none. */
import { type Code, TunnelError } from "@culvert/protocol";
import type { ChannelPath } from "../paths/channel-path.ts";

type State =
  | { readonly type: "waiting" }
  | { readonly type: "open"; readonly path: ChannelPath }
  | { readonly type: "over" };

/** Settles `opened` once and, after that, carries the connection's end to the path. */
export class ConnectionOutcome {
  readonly opened: Promise<ChannelPath>;
  #state: State = { type: "waiting" };
  readonly #resolve: (path: ChannelPath) => void;
  readonly #reject: (error: TunnelError) => void;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<ChannelPath>();
    this.opened = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    // Whoever closes a connection that nobody waits for must not end the process.
    promise.catch(() => {});
  }

  /** The path, where the channel is open. */
  get path(): ChannelPath | undefined {
    return this.#state.type === "open" ? this.#state.path : undefined;
  }

  /** The channel opened. */
  open(path: ChannelPath): void {
    if (this.#state.type !== "waiting") return;
    this.#state = { type: "open", path };
    this.#resolve(path);
  }

  /** The connection failed or was closed: rejects `opened`, or tells the path's user. */
  end(code: Code, reason: string): void {
    const state = this.#state;
    this.#state = { type: "over" };
    if (state.type === "waiting") this.#reject(new TunnelError(code, reason, { scope: "path" }));
    if (state.type === "open") state.path.lost(code, reason);
  }
}
