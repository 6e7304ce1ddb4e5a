/** One device in a machine's list: its name, its words, how it came there, and taking it off. */
import type { DeskDevice } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { DeviceWords } from "./device-words.tsx";

interface DeviceRowProps {
  readonly device: DeskDevice;
  /** The machine's name. */
  readonly label: string;
  readonly locked: boolean;
  onRevoke(): Promise<unknown>;
}

/** The row. */
export function DeviceRow({ device, label, locked, onRevoke }: DeviceRowProps): ReactElement {
  const nowMs = useNow(30_000);
  const { deviceKey, trust, since, lastSeenAt, isThis } = device;
  const name = device.label === "" ? "Device without a name" : device.label;
  const how = trust === "approved" ? "approved" : "introduced by Culvert’s server";
  const opens = trust === "approved" || !locked;
  return (
    <li className="panel-row">
      <span>
        <span className="sign-in-row-name">
          <StateDot tone={trust === "approved" ? "ready" : opens ? "degraded" : "offline"} />
          <strong>{name}</strong>
          {isThis && <span className="tag">this one</span>}
        </span>
        <DeviceWords deviceKey={deviceKey} />
        <br />
        <span className="dim tabular">
          {how} <ExactTime atMs={since} words={momentWords(since, { nowMs })} /> · last seen{" "}
          <ExactTime atMs={lastSeenAt} words={agoWords(lastSeenAt, { nowMs })} />
        </span>
      </span>
      {!isThis && (
        <ConfirmButton
          label="Revoke"
          name={`Revoke ${device.label === "" ? `device ${deviceKey.slice(0, 8)}` : name}`}
          question={`Take ${name} off ${label}?`}
          onConfirm={onRevoke}
        >
          <p className="device-words">
            <DeviceWords deviceKey={deviceKey} />
          </p>
          <p>
            What it has open on {label} ends within seconds, and so do share links that were made on it. To let it in
            again, approve it anew.
          </p>
        </ConfirmButton>
      )}
    </li>
  );
}
