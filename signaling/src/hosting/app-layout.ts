/**
 * Where app origins stand: each a name below the dashboard's, or each a port of the dashboard's host. Invariant: both
 * give a label one place, for good, and no two labels the same.
 */
import type { AppPorts } from "./app-ports.ts";

/** What a layout does with the labels of app origins. */
export interface AppLayout {
  /** The origin of a label; in the port layout its port is written down first. Rejects with `limit-reached`, `unavailable`. */
  originOf(label: string): Promise<string>;
  /** The label that a site's place stands for (host-names.ts); undefined where none was given that place. */
  labelAt(place: string): Promise<string | undefined>;
  /** Sources of app frames, as Content-Security-Policy names them. */
  readonly frameSources: string;
}

/** `<label>.<dashboard>`: the default, for a host with wildcard DNS. */
export function subdomainLayout({ protocol, host }: URL): AppLayout {
  return {
    originOf: async (label) => `${protocol}//${label}.${host}`,
    labelAt: async (place) => place,
    frameSources: `${protocol}//*.${host}`,
  };
}

/** `<dashboard's host>:<port>`, for a host without. */
export function portLayout({ protocol, hostname }: URL, appPorts: AppPorts): AppLayout {
  return {
    originOf: async (label) => new URL(`${protocol}//${hostname}:${await appPorts.portOf(label)}`).origin,
    labelAt: (place) => appPorts.labelAt(Number(place)),
    // A header that names hundreds of ports would be longer than what it heads; the page frames what its session names.
    frameSources: `${protocol}//${hostname}:*`,
  };
}
