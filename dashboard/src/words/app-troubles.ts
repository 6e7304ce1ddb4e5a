/** What of an app cannot work in the App View, as people read it. */
import type { AppTrouble } from "@culvert/browser-client";

/** Troubles of one kind. `details`: addresses and names of the app's. */
export interface TroubleGroup {
  readonly kind: AppTrouble["kind"];
  readonly title: string;
  readonly why: string;
  readonly details: readonly string[];
}

const words: Readonly<Record<AppTrouble["kind"], { readonly title: string; readonly why: string }>> = {
  "sync-request": {
    title: "A request that waits",
    why: "The app asked in a way that stops the whole page until the answer is there. Browsers do not let such requests through here, so it failed. The app would have to ask asynchronously.",
  },
  worker: {
    title: "A worker without an address",
    why: "A worker that is made of a data: address cannot ask the app for anything here. What it was to fetch is missing.",
  },
  "service-worker": {
    title: "A service worker that does not run",
    why: "The app's service worker is a module, which cannot run inside Culvert's own. The app goes on without it: offline use and push do not work.",
  },
  embedded: {
    title: "Something embedded did not load",
    why: "The page shows a file by object or embed, and the app did not give that file.",
  },
  loopback: {
    title: "Another program on that machine",
    why: "The app asks for another port of its own machine. Here that address is this computer, so it finds nothing, or something else. Open that program as a service of its own, or let the app ask by its own address.",
  },
  "sign-in": {
    title: "A sign-in that cannot be asked",
    why: "The app wants a sign-in of a kind that only works without anything in between. Basic is asked for here; let the app use it, or a page of its own.",
  },
};

/** One group per kind, in the order in which the first of each was found. */
export function troubleGroups(troubles: readonly AppTrouble[]): readonly TroubleGroup[] {
  return [...Map.groupBy(troubles, ({ kind }) => kind)].map(([kind, found]) => ({
    kind,
    ...words[kind],
    details: found.map(({ detail }) => detail),
  }));
}

/** What the badge says. */
export function troubleCount(troubles: readonly AppTrouble[]): string {
  return troubles.length === 1 ? "1 thing does not work here" : `${troubles.length} things do not work here`;
}
