/** Approves this browser on a locked machine: by a link of the machine, or by strings that are typed on both sides. */
import { TunnelError } from "@culvert/protocol";
import { serverIdSchema } from "@culvert/protocol/signaling";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useEffect, useState } from "react";
import { serversQuery } from "../api/servers.ts";
import { Loaded } from "../shell/loaded.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { ApproveByLink } from "./approve-by-link.tsx";
import { ApproveByString } from "./approve-by-string.tsx";

const route = getRouteApi("/account/approve");

/** What the fragment names: `#<serverId>`, and of a link of the machine `.<secret>`. */
function targetOf(hash: string): { readonly serverId: string; readonly secret: string | undefined } | undefined {
  const [serverId, secret] = hash.replace(/^#/, "").split(".");
  const parsed = serverIdSchema.safeParse(serverId);
  return parsed.success ? { serverId: parsed.data, secret } : undefined;
}

/** The page at `/approve#…`. */
export function ApprovePage(): ReactElement {
  const { account } = route.useRouteContext();
  const [target] = useState(() => targetOf(window.location.hash));
  const known = useQuery(serversQuery);
  const servers = known.data;
  const server = servers?.find(({ serverId }) => serverId === target?.serverId);
  useEffect(() => {
    document.title = "Approve this device – Culvert";
  }, []);
  const missing = new TunnelError("not-found", "There is no such machine in your account.", {
    hint: "Copy the whole link, or sign in with the account whose machine it is.",
  });
  if (target === undefined || (servers !== undefined && server === undefined))
    return (
      <PageFrame title="Approve this device">
        <TroubleNote trouble={troubleFrom(missing)} />
      </PageFrame>
    );
  if (server === undefined)
    return (
      <PageFrame title="Approve this device">
        <section className="panel">
          <Loaded query={known} what="the server">
            {() => null}
          </Loaded>
        </section>
      </PageFrame>
    );
  const atHand = { accountId: account.accountId, serverId: server.serverId, label: server.label, locked: true };
  return (
    <PageFrame title={`Approve this device on ${server.label}`}>
      {target.secret === undefined ? (
        <ApproveByString server={atHand} />
      ) : (
        <ApproveByLink server={atHand} secret={target.secret} />
      )}
    </PageFrame>
  );
}
