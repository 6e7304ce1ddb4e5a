/** Why a viewer that signaling joined is turned away before it says anything. Pure. */
import type { Code } from "@culvert/protocol";

/** Said where remote access is switched off. */
export const remoteAccessOff = "remote access is turned off on the server";

/** How the agent stands to what the viewer wants. */
export interface JoinSituation {
  readonly isStopping: boolean;
  /** The agent's own service, which remote access does not switch off. */
  readonly isDesk: boolean;
  readonly isOffered: boolean;
  readonly remoteAccess: boolean;
}

/** Code and reason for closing its path; undefined where it may go on. */
export function joinRefusal(situation: JoinSituation): readonly [code: Code, reason: string] | undefined {
  const { isStopping, isDesk, isOffered, remoteAccess } = situation;
  if (isStopping) return ["offline", "the agent is being stopped"];
  if (isDesk) return undefined;
  if (!isOffered) return ["not-found", "no such service here"];
  return remoteAccess ? undefined : ["policy", remoteAccessOff];
}
