/**
 * Places for sockets that have not said who they are. Invariant: one address holds a small part of them, so that who
 * opens sockets and says nothing keeps nobody else out.
 */
import { serverLimits } from "../limits.ts";

/** This machine, by address or by a local socket: a proxy here speaks for everybody. */
const ownAddress = /^(127\.|::1$|::ffff:127\.|$)/;

export class WaitingPlaces {
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  /** Takes a place for an address; gives what frees it, once however often it is called. Undefined where there is none. */
  take(address: string): (() => void) | undefined {
    const taken = this.#byAddress.get(address) ?? 0;
    if (this.#taken >= serverLimits.waitingSockets) return undefined;
    if (taken >= serverLimits.waitingSocketsPerAddress && !ownAddress.test(address)) return undefined;
    this.#taken += 1;
    this.#byAddress.set(address, taken + 1);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#taken -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
