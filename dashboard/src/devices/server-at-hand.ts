/** The machine that this device is approved on, and what is said once it is. */
import { deskServiceName, type RemoteSession } from "@culvert/protocol/signaling";
import { createSession } from "../api/servers.ts";
import { socketProtocols } from "../proof/page-proof.ts";

/** A server as pins know it. */
export interface ServerAtHand {
  readonly accountId: string;
  readonly serverId: string;
  readonly label: string;
  readonly locked: boolean;
}

/** How its desk is reached. */
export function deskOf({ serverId }: ServerAtHand): {
  readonly serverId: string;
  createSession(deviceKey: string): Promise<RemoteSession>;
  socketProtocols?: () => Promise<readonly string[]>;
} {
  return {
    serverId,
    createSession: (deviceKey) => createSession(serverId, deskServiceName, deviceKey),
    ...(socketProtocols === undefined ? {} : { socketProtocols }),
  };
}
