/** Approving the device whose string somebody typed: it is looked for among those that asked. */
import { TunnelError } from "@culvert/protocol";
import { approvalString, typedApprovalString } from "@culvert/protocol/signaling";
import type { DeviceList, Devices } from "./device-list.ts";
import { nodePbkdf2 } from "./node-pbkdf2.ts";

/** Introduced devices that are tried, the last seen first: a string takes a moment to compute. */
const mostIntroduced = 32;

/** What is approved. */
export interface TypedApproval {
  readonly identityKey: string;
  /** As typed. */
  readonly typed: string;
  readonly label: string;
  readonly nowMs: number;
}

/**
 * Approves, and gives the string that proves this agent to the device. Throws `not-found` where no device that asked has
 * the string: it was mistyped, or somebody stands between.
 */
export async function approveByString(
  list: DeviceList,
  { identityKey, typed, label, nowMs }: TypedApproval,
): Promise<string> {
  const wanted = typedApprovalString(typed);
  for (const deviceKey of candidatesOf(await list.read())) {
    const keys = { identityKey: Buffer.from(identityKey, "base64url"), deviceKey: Buffer.from(deviceKey, "base64url") };
    if ((await approvalString("device", keys, nodePbkdf2)) !== wanted) continue;
    await list.approve(deviceKey, label, nowMs);
    return approvalString("server", keys, nodePbkdf2);
  }
  throw new TunnelError("not-found", `No device that asked shows "${wanted}".`, {
    hint: "Open the server in that browser once more, compare, and type what it shows. If it stays, somebody may stand between.",
  });
}

/** Devices that were refused, the newest first; then introduced ones, which may be approved before the lock is set. */
function candidatesOf({ requests, devices }: Devices): readonly string[] {
  const introduced = devices.filter(({ trust }) => trust === "introduced");
  const recent = introduced.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt).slice(0, mostIntroduced);
  return [...requests.toReversed(), ...recent].map(({ deviceKey }) => deviceKey);
}
