/** Name look-up that keeps `*.localhost` on this machine: RFC 6761 §6.3 asks for it, plain resolvers do not do it. */
import { type LookupAddress, type LookupOptions, lookup } from "node:dns";

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** A `lookup` for sockets: names under `localhost` are loopback, all others go to the system. */
export function localhostLookup(hostname: string, options: LookupOptions, answer: Answer): void {
  if (!isLocalhostName(hostname)) {
    lookup(hostname, options, answer);
    return;
  }
  const all = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ];
  const wanted = all.filter(({ family }) => !options.family || options.family === family);
  const [first = { address: "127.0.0.1", family: 4 }] = wanted;
  if (options.all) answer(null, wanted);
  else answer(null, first.address, first.family);
}

/** True for `localhost` and every name under it, with or without a final dot. */
export function isLocalhostName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname);
}
