/**
 * How any process on this machine drives a link: one command per HTTP request on 127.0.0.1. Bodies are Node's structured
 * clones, since a rate may be `Infinity`, which JSON cannot say.
 */
import { deserialize, serialize } from "node:v8";
import type { Peer, UdpAddress } from "./candidate-relay.ts";
import type { LinkCounters } from "./impaired-link.ts";
import type { Direction, LinkConditions } from "./link-conditions.ts";

/** What a link can be told. */
export type LinkCommand =
  | { readonly type: "open-relay"; readonly candidate: UdpAddress; readonly owner: Peer }
  | { readonly type: "set"; readonly change: Partial<LinkConditions>; readonly direction?: Direction | undefined }
  | { readonly type: "black-hole"; readonly direction?: Direction | undefined }
  | { readonly type: "swallow-flows"; readonly direction?: Direction | undefined }
  | { readonly type: "heal"; readonly direction?: Direction | undefined }
  | { readonly type: "change-address"; readonly of?: Peer | undefined }
  | { readonly type: "report" };

/** How a link stands. */
export interface LinkReport {
  readonly counters: LinkCounters;
  /** Every address that a relay of this link ever had. */
  readonly addresses: readonly UdpAddress[];
  /** Relays that are open. */
  readonly relays: number;
}

/** What a link answers; a command that has no entry here is answered with nothing. */
interface LinkAnswers {
  readonly "open-relay": UdpAddress;
  readonly report: LinkReport;
}

export type LinkAnswer<Type extends LinkCommand["type"]> = Type extends keyof LinkAnswers
  ? LinkAnswers[Type]
  : undefined;

/** Sends one command to the link at `linkUrl`; resolves when it has been done. */
export async function tellLink<Command extends LinkCommand>(
  linkUrl: string,
  command: Command,
): Promise<LinkAnswer<Command["type"]>> {
  const response = await fetch(linkUrl, { method: "POST", body: new Uint8Array(serialize(command)) });
  if (!response.ok) throw new Error(`the link refused ${command.type}: ${await response.text()}`);
  return deserialize(Buffer.from(await response.arrayBuffer()));
}
