/** Whoever wants a stream before there is a tunnel waits here. */
import type { TunnelError } from "@culvert/protocol";
import type { ViewerTunnel } from "@culvert/protocol/endpoint";

/** The tunnel of now, the next one, or the fault because of which there will be none. */
export class TunnelWaiters {
  #tunnel: ViewerTunnel | undefined;
  #refusal: TunnelError | undefined;
  #next = Promise.withResolvers<ViewerTunnel>();

  constructor() {
    this.#next.promise.catch(() => {});
  }

  /** The tunnel, once there is one. Rejects after `refuse`. */
  wait(): Promise<ViewerTunnel> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return this.#tunnel === undefined ? this.#next.promise : Promise.resolve(this.#tunnel);
  }

  /** A tunnel is up. */
  give(tunnel: ViewerTunnel): void {
    this.#tunnel = tunnel;
    this.#next.resolve(tunnel);
  }

  /** The tunnel is gone; another will come. */
  lose(): void {
    if (this.#tunnel === undefined) return;
    this.#tunnel = undefined;
    this.#renew();
  }

  /** There will be none. */
  refuse(error: TunnelError): void {
    this.lose();
    this.#refusal = error;
    this.#next.reject(error);
  }

  /** There may be one again. */
  allow(): void {
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#renew();
  }

  #renew(): void {
    this.#next = Promise.withResolvers();
    this.#next.promise.catch(() => {});
  }
}
