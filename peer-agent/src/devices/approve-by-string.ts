/** Approving the device whose string somebody typed: it is looked for among those that asked. */
import { TunnelError } from "@culvert/protocol";
import { approvalString, typedApprovalString } from "@culvert/protocol/signaling";
import type { DeviceList } from "./device-list.ts";
import { nodePbkdf2 } from "./node-pbkdf2.ts";

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
  const { requests } = await list.read();
  for (const { deviceKey } of requests.toReversed()) {
    const keys = { identityKey: Buffer.from(identityKey, "base64url"), deviceKey: Buffer.from(deviceKey, "base64url") };
    if ((await approvalString("device", keys, nodePbkdf2)) !== wanted) continue;
    await list.approve(deviceKey, label, nowMs);
    return approvalString("server", keys, nodePbkdf2);
  }
  throw new TunnelError("not-found", `No device that asked shows "${wanted}".`, {
    hint: "Open the server in that browser once more, compare, and type what it shows. If it stays, somebody may stand between.",
  });
}
