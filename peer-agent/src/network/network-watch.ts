/**
 * Notices that this machine woke or has other addresses, which Node tells nobody: it looks every two seconds.
 * Invariant: after `stop` it tells nothing and leaves no timer.
 */
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Clock } from "@culvert/protocol/endpoint";

const lookEveryMs = 2_000;
/** A look that comes so late by the wall clock shows that the machine slept. */
const sleptMs = 5_000;

/** What is looked at; this machine by default. */
export interface NetworkSources {
  readonly clock: Clock;
  /** The wall clock: the monotonic one may stand still while a machine sleeps. */
  wallMs?(): number;
  interfaces?(): NodeJS.Dict<NetworkInterfaceInfo[]>;
}

/** Calls `onChange` after a sleep and whenever the addresses are others than before. Returns what stops it. */
export function watchNetwork(onChange: () => void, sources: NetworkSources): () => void {
  const { clock, wallMs = Date.now, interfaces = networkInterfaces } = sources;
  let addresses = addressesOf(interfaces());
  let lookedMs = wallMs();
  let cancel = (): void => {};
  const look = (): void => {
    const before = { addresses, lookedMs };
    addresses = addressesOf(interfaces());
    lookedMs = wallMs();
    cancel = clock.setTimer(lookEveryMs, look);
    if (addresses !== before.addresses || lookedMs - before.lookedMs > lookEveryMs + sleptMs) onChange();
  };
  cancel = clock.setTimer(lookEveryMs, look);
  return () => cancel();
}

function addressesOf(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string {
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) => infos.map(({ cidr }) => `${name} ${cidr}`));
  return found.sort().join();
}
