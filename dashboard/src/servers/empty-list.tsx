/** The first thing a new account sees: what a server is and how the first one comes here. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useRole } from "../live/use-role.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { ownersOnly } from "../words/roles.ts";
import { TunnelPicture } from "./tunnel-picture.tsx";
import "./empty-list.css";

/** Asks to be let in: without a code, the machine shows a link and a QR code, and its owner approves. */
const command = `npx @culvert/peer-agent connect 3000 --server ${location.origin}`;

/** `onAdd` opens the dialog with the command. */
export function EmptyList({ onAdd }: { onAdd(): void }): ReactElement {
  const notAllowed = ownersOnly(useRole(), "add servers");
  return (
    <section className="empty-list" aria-labelledby="empty-title">
      <TunnelPicture />
      <h1 id="empty-title">Connect your first server</h1>
      <p className="empty-lead">
        A server is a machine of yours, a laptop or a box in the lab. Once it is connected, the web apps that run on it
        open here, from anywhere.
      </p>
      <ol>
        <li>
          <strong>Run this where your app runs</strong>
          <span>It needs Node 20 or newer; nothing else, no open port. 3000 is the port of your app.</span>
          <div className="empty-command">
            <code>{command}</code>
            <CopyButton text={command} />
          </div>
        </li>
        <li>
          <strong>Scan the QR code that it shows, or follow its link</strong>
          <span>Compare the fingerprint, press “add it”: the machine is yours from then on.</span>
        </li>
        <li>
          <strong>Press Open</strong>
          <span>
            <TypedText text="The app on `localhost` appears in this browser, sealed end to end." />
          </span>
        </li>
      </ol>
      <p className="empty-lead">Rather paste one command and be done? Get one that carries a code.</p>
      <Button size="md" leftSection={<IconPlus size={16} />} disabled={notAllowed !== undefined} onClick={onAdd}>
        Add server
      </Button>
      {notAllowed !== undefined && <p className="empty-lead">{notAllowed}</p>}
    </section>
  );
}
