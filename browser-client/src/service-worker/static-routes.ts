/**
 * Static routes of the worker. Without them Chromium races a request to the network against the start of a stopped
 * worker, and each such navigation tells its path and query to the origin server.
 */
import { ownPrefix } from "./port-request.ts";

/** https://w3c.github.io/ServiceWorker/#service-worker-static-routing-api; not in the DOM types yet. */
interface RouterRule {
  readonly condition: { readonly urlPattern: URLPatternInit };
  readonly source: "network" | "fetch-event";
}

interface RoutingInstallEvent extends ExtendableEvent {
  addRoutes?(rules: readonly RouterRule[]): Promise<void>;
}

/** To be called in `install`. Browsers without the API have no such race. */
export function registerRoutes(event: ExtendableEvent): void {
  const { addRoutes } = event as RoutingInstallEvent;
  if (addRoutes === undefined) return;
  const rules: readonly RouterRule[] = [
    { condition: { urlPattern: { pathname: `${ownPrefix}*` } }, source: "network" },
    { condition: { urlPattern: { pathname: "/*" } }, source: "fetch-event" },
  ];
  event.waitUntil(addRoutes.call(event, rules));
}
