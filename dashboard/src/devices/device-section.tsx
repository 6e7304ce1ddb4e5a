/** The devices that a machine knows, by its own list, and whether it is locked. */
import type { DeskDevice, DeskDevices, ServerView } from "@culvert/protocol/signaling";
import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { z } from "zod";
import type { DeskState } from "../desk/use-desk.ts";
import { useNow } from "../live/use-now.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { agoWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

/** Said of a locked machine. */
const lockedWords = "Locked: it opens for approved devices alone, whatever Culvert's server says.";
/** Said of an unlocked machine, wherever it matters. */
const unlockedWords =
  "This machine is unlocked: it trusts Culvert's server to introduce devices at their first use, and this browser trusts it to introduce the machine's key. To have both sides approve each other, run `culvert lock` there.";

/** The section. */
export function DeviceSection({ server, desk }: { server: ServerView; desk: DeskState }): ReactElement {
  const { data, error } = desk.devices;
  return (
    <section className="panel" aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      {error !== null && (
        <TroubleNote trouble={troubleFrom(error)}>
          {troubleFrom(error).code === "approval-needed" && (
            <Button size="xs" component="a" href={`/approve#${server.serverId}`}>
              Approve this device
            </Button>
          )}
        </TroubleNote>
      )}
      {data === undefined && error === null && <Skeleton height={64} />}
      {data !== undefined && <Devices devices={data} serverId={server.serverId} desk={desk} />}
    </section>
  );
}

interface DevicesProps {
  readonly devices: DeskDevices;
  readonly serverId: string;
  readonly desk: DeskState;
}

function Devices({ devices, serverId, desk }: DevicesProps): ReactElement {
  const client = useQueryClient();
  const revocation = useMutation({
    mutationFn: (deviceKey: string) =>
      desk.client.ask("DELETE", `/devices/${encodeURIComponent(deviceKey)}`, z.unknown()),
    onSettled: () => client.invalidateQueries({ queryKey: ["desk", serverId] }),
  });
  return (
    <>
      <p className="dim">
        <TypedText text={devices.locked ? lockedWords : unlockedWords} />
      </p>
      {revocation.error !== null && <TroubleNote trouble={troubleFrom(revocation.error)} />}
      <ul className="panel-list" aria-label="Devices">
        {devices.devices.map((device) => (
          <DeviceRow key={device.deviceKey} device={device} onRevoke={() => revocation.mutate(device.deviceKey)} />
        ))}
      </ul>
    </>
  );
}

function DeviceRow({ device, onRevoke }: { device: DeskDevice; onRevoke(): void }): ReactElement {
  const nowMs = useNow(30_000);
  const name = device.label === "" ? `Device ${device.deviceKey.slice(0, 8)}` : device.label;
  return (
    <li className="panel-row">
      <span>
        <strong>{device.isThis ? `${name} (this one)` : name}</strong>
        <br />
        <span className="dim">
          {device.trust === "approved" ? "approved" : "introduced by Culvert's server"} · last seen{" "}
          {agoWords(device.lastSeenAt, { nowMs })}
        </span>
      </span>
      {!device.isThis && (
        <Button size="xs" variant="default" aria-label={`Revoke ${name}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}
