/** The command that makes a machine a server, with its time running out beside it. */

import type { Enrollment } from "@culvert/protocol/signaling";
import { Button, Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { useNow } from "../live/use-now.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { countdownWords } from "../words/moment.ts";
import { ArrivalList } from "./arrival-list.tsx";
import { QrCode } from "./qr-code.tsx";

/** `enrolment` is undefined until it is made; `onRenew` asks for a new one. */
interface EnrolmentCommandProps {
  readonly enrolment: Enrollment | undefined;
  onRenew(): void;
}

/** Command, QR code, countdown, and the wait. */
export function EnrolmentCommand({ enrolment, onRenew }: EnrolmentCommandProps): ReactElement {
  const nowMs = useNow(1_000);
  if (enrolment === undefined)
    return (
      <>
        <p>Making a one-time code …</p>
        <Skeleton height={48} />
      </>
    );
  const over = nowMs >= enrolment.expiresAt;
  return (
    <>
      <p>Run this on the machine whose app you want to open; it needs Node 20 or newer.</p>
      <div className="enrolment-command" data-over={over || undefined}>
        <code>{enrolment.command}</code>
        {over ? (
          <Button size="xs" onClick={onRenew}>
            New command
          </Button>
        ) : (
          <CopyButton text={enrolment.command} />
        )}
      </div>
      <p className="enrolment-meta">
        {over ? (
          "The code expired before a machine used it. Make a new command and run that one."
        ) : (
          <>
            Good for one machine. Expires in <span role="timer">{countdownWords(enrolment.expiresAt, nowMs)}</span>. No
            culvert on it yet? Begin with <code>npx @culvert/peer-agent</code> in place of <code>culvert</code>.
          </>
        )}
      </p>
      {!over && (
        <>
          <div className="enrolment-scan">
            <QrCode text={enrolment.command} label="The command as a QR code" />
            <span>Or scan the command with a phone or a tablet and paste it into a terminal there.</span>
          </div>
          <ArrivalList server={undefined} />
        </>
      )}
    </>
  );
}
