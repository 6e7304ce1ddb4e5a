/** What of an app cannot work here; it crosses from the app origin to the dashboard, so it is bounded. */

/**
 * Something of the app that cannot work in a browser without its own network, and was refused instead of failing
 * silently. `loopback`: an address of the viewer's own machine, where the app's machine was meant. `sign-in`: a challenge that
 * nobody can be asked. `detail`: an address or name of the app's, at most `troubleDetailLength` characters; it is data, not markup.
 */
export interface AppTrouble {
  readonly kind: "sync-request" | "worker" | "service-worker" | "embedded" | "loopback" | "sign-in";
  readonly detail: string;
}

/** Longest `detail` of a trouble, characters. */
export const troubleDetailLength = 512;
