/**
 * Name look-up for targets in the network. Invariant: a name never leads to this machine's loopback or to addresses that
 * only this link knows, whatever a name server says (DNS rebinding): the owner configured a place in the network.
 */
import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList } from "node:net";
import { TunnelError } from "@culvert/protocol";

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
type Lookup = typeof lookup;

/** RFC 6890: this host, loopback, link-local (where clouds keep their metadata), multicast, broadcast. */
const neverInNetwork = new BlockList();
neverInNetwork.addSubnet("0.0.0.0", 8, "ipv4");
neverInNetwork.addSubnet("127.0.0.0", 8, "ipv4");
neverInNetwork.addSubnet("169.254.0.0", 16, "ipv4");
neverInNetwork.addSubnet("224.0.0.0", 3, "ipv4");
neverInNetwork.addAddress("::", "ipv6");
neverInNetwork.addAddress("::1", "ipv6");
neverInNetwork.addSubnet("fe80::", 10, "ipv6");
neverInNetwork.addSubnet("ff00::", 8, "ipv6");
/** NAT64 and 6to4 hold an IPv4 address that a translator near this machine would reach. */
neverInNetwork.addSubnet("64:ff9b::", 96, "ipv6");
neverInNetwork.addSubnet("2002::", 16, "ipv6");

/** A `lookup` for sockets. `resolve` is the system's, unless a test stands in for it. */
export function lanLookup(resolve: Lookup = lookup) {
  return (hostname: string, options: LookupOptions, answer: Answer): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, "");
      const allowed = addresses.filter(({ address, family }) => isInNetwork(address, family));
      const [first] = allowed;
      if (first === undefined) return answer(leadsHere(hostname), "");
      if (options.all) answer(null, allowed);
      else answer(null, first.address, first.family);
    });
  };
}

/** True for an address that a name in the network may have. */
export function isInNetwork(address: string, family: number): boolean {
  return !neverInNetwork.check(address, family === 6 ? "ipv6" : "ipv4");
}

function leadsHere(hostname: string): TunnelError {
  return new TunnelError(
    "policy",
    `The name ${hostname.slice(0, 255)} leads to an address that is not in the network.`,
    {
      hint: "Give the address itself, or a loopback target, in the service's settings.",
    },
  );
}
