/** What lists, HAR files and command lines have in common: addresses and headers as somebody on the machine would write them. */
import type { HeaderList } from "@culvert/protocol/http";

/** Between core and agent the app's own origin is written so; each side puts its own in. */
const appScheme = /^app:/;
const addressHeaders: ReadonlySet<string> = new Set(["origin", "referer", "location", "content-location"]);

/** Where the app is on its machine, or its web origin where the agent did not say. */
export function appBase(loopbackPort: number | undefined, appOrigin: string | undefined): string {
  if (loopbackPort !== undefined) return `http://localhost:${loopbackPort}`;
  return appOrigin ?? "http://localhost";
}

/** Headers with the app's own address in them. */
export function shownHeaders(headers: HeaderList, base: string): HeaderList {
  return headers.map(([name, value]) => [
    name,
    addressHeaders.has(name.toLowerCase()) ? value.replace(appScheme, base) : value,
  ]);
}

/** A header's value; empty where there is none. */
export function headerOf(headers: HeaderList, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
}
