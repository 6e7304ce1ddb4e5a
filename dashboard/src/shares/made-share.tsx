/** A share's link, shown this once: neither Culvert's server nor the machine keeps its secret. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { QrCode } from "../enrolment/qr-code.tsx";
import { CopyButton } from "../shell/copy-button.tsx";
import "../enrolment/add-server-dialog.css";

interface MadeShareProps {
  readonly href: string;
  readonly hasPin: boolean;
  onDone(): void;
}

/** Link, QR code, what to tell whom. */
export function MadeShare({ href, hasPin, onDone }: MadeShareProps): ReactElement {
  return (
    <div className="add-server">
      <p>Whoever has this link can open the app, without an account. It is shown this once.</p>
      <div className="enrolment-command">
        <code>{href}</code>
        <CopyButton text={href}>Copy</CopyButton>
      </div>
      <div className="enrolment-scan">
        <QrCode text={href} label="The link as a QR code" />
        <span>{hasPin ? "Tell the PIN by another way than the link." : "It has no PIN: the link alone opens it."}</span>
      </div>
      <div>
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
