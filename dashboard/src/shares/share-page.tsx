/** A share as its viewer sees it: no account, perhaps a PIN, then the app. */
import { type Code, TunnelError } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { openShareSession } from "../api/shares.ts";
import { AppViewStage } from "../app-view/app-view-stage.tsx";
import { SignInDialog } from "../app-view/sign-in-dialog.tsx";
import { useAppView } from "../app-view/use-app-view.ts";
import { useTabIcon } from "../app-view/use-tab-icon.ts";
import { pagePart } from "../setup/page-part.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { PinForm } from "./pin-form.tsx";
import { type SharedLink, sharedLinkOf } from "./share-address.ts";
import { ShareBar } from "./share-bar.tsx";
import "../app-view/app-view-page.css";
import "../shell/load-failure.css";

/** A share that is over or used up stays so. */
const alsoFinal: readonly Code[] = ["expired", "already-used", "limit-reached"];

/** The page at `/share#…`. */
export function SharePage(): ReactElement {
  const [link] = useState(() => sharedLinkOf(window.location.hash));
  const [pin, setPin] = useState<string>();
  useEffect(() => {
    document.title = "Shared app – Culvert";
  }, []);
  if (link === undefined) return <BadLink />;
  // A PIN begins anew: the agent counts tries, so nothing is tried twice by itself.
  return <SharedApp key={pin ?? ""} link={link} pin={pin} onPin={setPin} />;
}

interface SharedAppProps {
  readonly link: SharedLink;
  readonly pin: string | undefined;
  onPin(pin: string): void;
}

function SharedApp({ link, pin, onPin }: SharedAppProps): ReactElement {
  const [serviceName, setServiceName] = useState("the app");
  const open = useCallback(
    async (deviceKey: string) => {
      const session = await openShared(link, pin, deviceKey);
      setServiceName(session.serviceName);
      return session;
    },
    [link, pin],
  );
  const view = useAppView({ accountId: `share-${link.shareId}`, open, fragmentPrefix: link.prefix, alsoFinal });
  useTabIcon(view.icon);
  const { state } = view;
  const asksPin = state.phase === "failed" && state.code === "pin-needed";
  return (
    <div className="app-view">
      <ShareBar view={view} serviceName={serviceName} serverId={link.serverId} />
      <AppViewStage view={view} headline={`Opening ${serviceName}`}>
        {asksPin && <PinForm wrong={pin === undefined ? undefined : state.message} onPin={onPin} />}
      </AppViewStage>
      <SignInDialog
        question={view.question}
        serviceName={serviceName}
        label="the machine that shares it"
        onAnswer={view.answerSignIn}
      />
    </div>
  );
}

/** A session of the share; the agent's key must be the one that the link names. */
async function openShared(link: SharedLink, pin: string | undefined, deviceKey: string): Promise<RemoteSession> {
  const { shareCredentials } = await pagePart(() => import("../app-view/engine.ts"));
  const { ticket, token } = shareCredentials(link.shareId, link.secret, pin);
  const session = await openShareSession(link.shareId, ticket, deviceKey);
  if (session.serverId !== link.serverId) {
    throw new TunnelError("wrong-server", "This link is for another server than the one that was offered.", {
      hint: "Do not go on. Tell who gave you the link.",
    });
  }
  return { ...session, remoteSessionToken: token };
}

function BadLink(): ReactElement {
  return (
    <main className="load-failure">
      <BrandMark size={40} />
      <h1>This link is not whole</h1>
      <p>A share's link has its secret at the end, after the # sign. Copy all of it, or ask for it once more.</p>
    </main>
  );
}
