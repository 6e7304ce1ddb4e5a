/** The desk of the server that a page shows, and what it says of devices, shares and terminals. */
import {
  type DeskDevices,
  type DeskShare,
  type DeskTerminals,
  deskDevicesSchema,
  deskSharesSchema,
  deskTerminalsSchema,
} from "@culvert/protocol/signaling";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { DeskClient, type DeskTarget } from "./desk-client.ts";

/** How often the agent is asked while the page is looked at: uses and viewers change without us. */
const refreshMs = 5_000;

/** What the agent alone knows. */
export interface DeskState {
  readonly client: DeskClient;
  readonly devices: UseQueryResult<DeskDevices>;
  readonly shares: UseQueryResult<readonly DeskShare[]>;
  readonly terminals: UseQueryResult<DeskTerminals>;
}

/** Runs while the page stands; `enabled`: the agent is there and has a desk. */
export function useDesk(target: DeskTarget, enabled: boolean): DeskState {
  const { serverId, accountId, label, locked } = target;
  // It opens its tunnel with its first question, so one that is never asked holds nothing.
  const client = useMemo(
    () => new DeskClient({ serverId, accountId, label, locked }),
    [serverId, accountId, label, locked],
  );
  useEffect(() => () => client.close(), [client]);
  const common = { enabled, retry: false, refetchInterval: refreshMs } as const;
  const devices = useQuery({
    queryKey: ["desk", serverId, "devices"],
    queryFn: () => client.ask("GET", "/devices", deskDevicesSchema),
    ...common,
  });
  const shares = useQuery({
    queryKey: ["desk", serverId, "shares"],
    queryFn: async () => (await client.ask("GET", "/shares", deskSharesSchema)).shares,
    ...common,
  });
  const terminals = useQuery({
    queryKey: ["desk", serverId, "terminals"],
    queryFn: () => client.ask("GET", "/terminals", deskTerminalsSchema),
    ...common,
  });
  return { client, devices, shares, terminals };
}
