/** Devices that a locked machine has refused and that wait for somebody to approve them. */
import type { WaitingDevice } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { agoWords } from "../words/moment.ts";
import { DeviceWords } from "./device-words.tsx";

interface WaitingDevicesProps {
  readonly waiting: readonly WaitingDevice[];
  onApprove(): void;
}

/** Nothing where none waits. Approving asks for the string that the device shows: words alone approve nobody. */
export function WaitingDevices({ waiting, onApprove }: WaitingDevicesProps): ReactElement | undefined {
  const nowMs = useNow(30_000);
  if (waiting.length === 0) return undefined;
  return (
    <ul className="panel-list" aria-label="Devices that wait for approval">
      {waiting.map(({ deviceKey, at }) => (
        <li key={deviceKey} className="panel-row">
          <span>
            <StateDot tone="connecting" /> <strong>A device waits for approval</strong>
            <br />
            <DeviceWords deviceKey={deviceKey} />
            <br />
            <span className="dim tabular">
              asked <ExactTime atMs={at} words={agoWords(at, { nowMs })} />
            </span>
          </span>
          <Button size="xs" variant="default" onClick={onApprove}>
            Approve …
          </Button>
        </li>
      ))}
    </ul>
  );
}
