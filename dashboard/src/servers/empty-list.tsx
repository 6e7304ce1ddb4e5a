/** The first thing a new account sees: what a server is and how the first one comes here. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useRole } from "../live/use-role.ts";
import { TypedText } from "../shell/typed-text.tsx";
import { ownersOnly } from "../words/roles.ts";
import { TunnelPicture } from "./tunnel-picture.tsx";
import "./empty-list.css";

const steps = [
  { title: "Get a command", text: "It carries a code for one machine, good for ten minutes." },
  { title: "Run it where your app runs", text: "The machine needs Node 20 or newer; nothing else, no open port." },
  { title: "Press Open", text: "The app on `localhost` appears in this browser, sealed end to end." },
] as const;

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
        {steps.map(({ title, text }) => (
          <li key={title}>
            <strong>{title}</strong>
            <span>
              <TypedText text={text} />
            </span>
          </li>
        ))}
      </ol>
      <Button size="md" leftSection={<IconPlus size={16} />} disabled={notAllowed !== undefined} onClick={onAdd}>
        Add server
      </Button>
      {notAllowed !== undefined && <p className="empty-lead">{notAllowed}</p>}
    </section>
  );
}
