/** The devices that a machine knows, by its own list, those that wait, and whether it is locked. */
import type { DeskDevices, ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { z } from "zod";
import type { DeskState } from "../desk/use-desk.ts";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { ApproveDeviceDialog } from "./approve-device-dialog.tsx";
import { DeviceRow } from "./device-row.tsx";
import { WaitingDevices } from "./waiting-devices.tsx";
import "../account/account-page.css";

/** Said of a locked machine. */
const lockedWords = "Locked: it opens for approved devices alone, whatever Culvert's server says.";
/** Said of an unlocked machine, wherever it matters. */
const unlockedWords =
  "This machine is unlocked: it trusts Culvert's server to introduce devices at their first use, and this browser trusts it to introduce the machine's key. To have both sides approve each other, run `culvert lock` there.";

/** The section. */
export function DeviceSection({ server, desk }: { server: ServerView; desk: DeskState }): ReactElement {
  const [approving, setApproving] = useState(false);
  const { error } = desk.devices;
  const needsApproval = error !== null && troubleFrom(error).code === "approval-needed";
  return (
    <section className="panel" aria-labelledby="devices-title">
      <div className="panel-head">
        <h2 id="devices-title">Devices</h2>
        {!needsApproval && (
          <Button
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabled={desk.devices.data === undefined}
            onClick={() => setApproving(true)}
          >
            Approve a device
          </Button>
        )}
      </div>
      {needsApproval ? (
        <TroubleNote trouble={troubleFrom(error)}>
          <div className="panel-actions">
            <Button size="xs" component="a" href={`/approve#${server.serverId}`}>
              Approve this device
            </Button>
          </div>
        </TroubleNote>
      ) : (
        <Loaded query={desk.devices} what="devices">
          {(devices) => <Devices devices={devices} server={server} desk={desk} onApprove={() => setApproving(true)} />}
        </Loaded>
      )}
      {approving && <ApproveDeviceDialog server={server} desk={desk} onClose={() => setApproving(false)} />}
    </section>
  );
}

interface DevicesProps {
  readonly devices: DeskDevices;
  readonly server: ServerView;
  readonly desk: DeskState;
  onApprove(): void;
}

function Devices({ devices, server, desk, onApprove }: DevicesProps): ReactElement {
  const client = useQueryClient();
  const revoke = (deviceKey: string) =>
    desk.client
      .ask("DELETE", `/devices/${encodeURIComponent(deviceKey)}`, z.unknown())
      .finally(() => client.invalidateQueries({ queryKey: ["desk", server.serverId] }));
  const others = devices.devices.filter(({ isThis }) => !isThis);
  return (
    <>
      <p className="dim">
        <TypedText text={devices.locked ? lockedWords : unlockedWords} />
      </p>
      <WaitingDevices waiting={devices.waiting} onApprove={onApprove} />
      <ul className="panel-list" aria-label="Devices">
        {devices.devices.map((device) => (
          <DeviceRow
            key={device.deviceKey}
            device={device}
            label={server.label}
            locked={devices.locked}
            onRevoke={() => revoke(device.deviceKey)}
          />
        ))}
      </ul>
      {others.length === 0 && <p className="dim">No other device has opened it yet.</p>}
      <p className="dim">
        The words are made of a device’s key alone. <code>culvert devices list</code> on the machine shows the same
        ones.
      </p>
    </>
  );
}
