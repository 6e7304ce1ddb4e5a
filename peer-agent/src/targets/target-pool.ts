/**
 * undici's pool of connections to a target. Invariant: its clients are bounded by the requests that were under way at once,
 * however many requests undici refuses: its own pool (8.12) takes a client that refused one for busy, waits for a `drain`
 * that an idle client never tells, and makes another.
 */
import type { Dispatcher, Pool as PoolType } from "undici";
import { Client, Pool } from "../network/undici-parts.ts";

/** Says that it takes more where nothing of it is under way. */
class TargetClient extends Client {
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (super.dispatch(options, handler)) return true;
    return this.stats.size === 0 && !this.closed && !this.destroyed;
  }
}

/** The pool of a target at an origin; whoever made it destroys it. `onClient` is told of each client. */
export function targetPool(origin: string, options: PoolType.Options, onClient: () => void = () => {}): PoolType {
  return new Pool(origin, {
    ...options,
    factory: (place, clientOptions) => {
      onClient();
      return new TargetClient(place, clientOptions);
    },
  });
}
