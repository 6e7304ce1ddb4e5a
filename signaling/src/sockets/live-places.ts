/**
 * Places for sockets that live, by whose they are. Invariant: nobody holds more than the most for one, and a place is
 * free again when its socket's connection is gone.
 */
import { TunnelError } from "@culvert/protocol";

export class LivePlaces {
  readonly #taken = new Map<string, number>();

  /** Takes a place; gives what frees it, once however often it is called. Throws `limit-reached` beyond `most`. */
  take(who: string, most: number, words: string): () => void {
    const taken = this.#taken.get(who) ?? 0;
    if (taken >= most) {
      throw new TunnelError("limit-reached", `${words} ${taken} connections here, the most it may have.`, {
        hint: "Close some App Views or agents, then try again.",
      });
    }
    this.#taken.set(who, taken + 1);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      const left = (this.#taken.get(who) ?? 1) - 1;
      if (left > 0) this.#taken.set(who, left);
      else this.#taken.delete(who);
    };
  }
}
