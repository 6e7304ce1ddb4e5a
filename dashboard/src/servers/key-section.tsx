/** The machine's key: its fingerprint, how this browser came to know it, and what a person decides where it changed. */
import { fingerprintOf, type ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { pagePart } from "../setup/page-part.ts";
import { StateDot } from "../shell/state-dot.tsx";

/** The section. */
export function KeySection({ server, accountId }: { server: ServerView; accountId: string }): ReactElement {
  const { serverId, label } = server;
  const atHand = { accountId, serverId, label, locked: server.capabilities.locked === true };
  const client = useQueryClient();
  const queryKey = ["pins", serverId, label];
  const pins = useQuery({
    queryKey,
    // The first opening from here pins the key meanwhile.
    refetchInterval: 5_000,
    queryFn: async () => {
      const { conflictingPins, pinOf } = await pagePart(() => import("../app-view/engine.ts"));
      return { pin: (await pinOf(accountId, serverId)) ?? null, conflicts: await conflictingPins(atHand) };
    },
  });
  const acceptance = useMutation({
    mutationFn: async () => (await pagePart(() => import("../app-view/engine.ts"))).acceptKey(atHand, Date.now()),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const conflicts = pins.data?.conflicts ?? [];
  const old = conflicts[0];
  return (
    <section className="panel" aria-labelledby="key-title">
      <h2 id="key-title">Key</h2>
      <p className="fingerprint">{fingerprintOf(serverId)}</p>
      {old === undefined ? (
        <p className="dim">{howKnown(pins.data?.pin ?? undefined)}</p>
      ) : (
        <div role="alert" className="panel-form">
          <p>
            <StateDot tone="lost" /> <strong>{label} had another key on this device:</strong>
          </p>
          <p className="fingerprint">{fingerprintOf(old.serverId)}</p>
          <p>
            {server.succeeds?.serverId === old.serverId
              ? "Culvert's server says that the machine changed its keys by itself, signed by the old one. "
              : "Nothing says that the old key agreed. "}
            Go on only where you changed it: compare the first fingerprint with what the machine's terminal prints.
          </p>
          <div>
            <Button size="xs" loading={acceptance.isPending} onClick={() => acceptance.mutate()}>
              I changed it: take the new key
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

function howKnown(pin: { readonly checked: boolean } | undefined): string {
  if (pin === undefined)
    return "This device has not opened it yet. Compare the fingerprint with what its terminal prints.";
  if (pin.checked) return "This device has checked the key: it was compared with the machine itself.";
  return "This device took the key from Culvert's server at its first use. Another key under this name will be refused.";
}
