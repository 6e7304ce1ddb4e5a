/**
 * Rates on the routes of the API: `config: {rateLimit: {max, timeWindow}}` on a route bounds it by address, on all nodes
 * together; every route is bounded against floods besides. An answer to somebody who has to wait has Retry-After.
 */
import type { Api } from "../api/typed-api.ts";
import { addressKey, isOwnAddress } from "./address-key.ts";
import type { Rate, Rates } from "./rates.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Tries of one address within a time, in ms. */
    rateLimit?: Rate;
  }
}

/** Adds the hook that counts. `perMinute`: requests of one address to the API, whatever they ask for. */
export function addRouteRates(api: Api, rates: Rates, perMinute: number): void {
  api.addHook("onRequest", async ({ ip, url: asked, routeOptions }) => {
    const who = addressKey(ip);
    const { url = "", config } = routeOptions;
    // By what was asked for: addresses that are not there count too.
    if (asked.startsWith("/api/") && !isOwnAddress(ip)) {
      await rates.takeHere("requests of your address", { max: perMinute, timeWindow: 60_000 }, who);
    }
    if (config.rateLimit !== undefined) await rates.take(`${nameOf(url)} from your address`, config.rateLimit, who);
  });
}

/** What a route is called in the words that a person reads. */
function nameOf(url: string): string {
  return url.replace(/^\/api\//, "").replaceAll(/\/:\w+/g, "");
}
