/** Who is turned away before a handshake, and the words of what ends a service for its viewers. Pure. */
import type { Code } from "@culvert/protocol";

export const serviceGone = "the server offers this service no more";
export const remoteAccessOff = "remote access is turned off on the server";

/** What the agent is when a viewer joins, and what that viewer wants. The desk is there whatever is offered. */
export interface AtTheDoor {
  readonly isStopping: boolean;
  readonly remoteAccess: boolean;
  readonly wants: "service" | "desk" | "nothing known";
}

/** Why the viewer's path is closed at once; undefined where it may try its handshake. */
export function doorRefusal({ isStopping, remoteAccess, wants }: AtTheDoor): readonly [Code, string] | undefined {
  if (isStopping) return ["offline", "the agent is being stopped"];
  if (wants === "nothing known") return ["not-found", "no such service here"];
  if (wants === "service" && !remoteAccess) return ["policy", remoteAccessOff];
  return undefined;
}
