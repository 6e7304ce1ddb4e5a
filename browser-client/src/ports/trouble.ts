/** What of an app cannot work here; it crosses from the app origin to the dashboard, so it is bounded. */

/**
 * Something of the app that cannot work in a browser without its own network, and was refused instead of failing
 * silently. `detail`: an address or name of the app's, at most `troubleDetailLength` characters; it is data, not markup.
 */
export interface AppTrouble {
  readonly kind: "sync-request" | "worker" | "service-worker" | "frame" | "embedded";
  readonly detail: string;
}

/** Longest `detail` of a trouble, characters. */
export const troubleDetailLength = 512;
