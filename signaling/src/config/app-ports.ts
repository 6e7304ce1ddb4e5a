/**
 * Ports of apps, where each service has one in the place of a name below the dashboard's. Invariant: a port that browsers
 * refuse to speak HTTP to is never one of them.
 */
import { z } from "zod";

/** Ports from `first` to `last`, both included. */
export interface AppPortRange {
  readonly first: number;
  readonly last: number;
}

/** Browsers connect to none of these: https://fetch.spec.whatwg.org/#port-blocking (those that a range may hold). */
const blockedPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

const wording = "wants two ports from 1024 to 65535, the lower first, as in 4100-4999";

/** `4100-4999` as an option. */
export const appPortsSchema = z
  .string()
  .regex(/^\d{4,5}-\d{4,5}$/, wording)
  .transform((text): AppPortRange => {
    const [first = 0, last = 0] = text.split("-").map(Number);
    return { first, last };
  })
  .refine(({ first, last }) => first >= 1024 && first <= last && last <= 65_535, wording);

/** True where a port may be an app's. */
export function isAppPort(port: number, { first, last }: AppPortRange): boolean {
  return port >= first && port <= last && !blockedPorts.has(port);
}

/** Every port that may be an app's, the lowest first. */
export function portsOf(range: AppPortRange): number[] {
  const all = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  return all.filter((port) => isAppPort(port, range));
}

/** The range as one writes it. */
export function rangeText({ first, last }: AppPortRange): string {
  return `${first}-${last}`;
}
