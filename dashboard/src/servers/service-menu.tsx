/** The services of a server beside its primary one, each a link to its App View. */
import type { ServerView, ServiceView } from "@culvert/protocol/signaling";
import { Menu } from "@mantine/core";
import type { ReactElement } from "react";
import type { MenuTie } from "../shell/late-menu.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TiedMenu } from "../shell/tied-menu.tsx";
import { appViewHref } from "../words/openability.ts";
import { serviceHealthWords } from "../words/server-state.ts";

interface ServiceMenuProps {
  readonly server: ServerView;
  readonly services: readonly ServiceView[];
  readonly tie: MenuTie;
}

/** The menu, tied to its button. */
export function ServiceMenu({ server, services, tie }: ServiceMenuProps): ReactElement {
  return (
    <TiedMenu tie={tie}>
      {services.map((service) => (
        <Menu.Item
          key={service.serviceId}
          component="a"
          href={appViewHref(server.serverId, service.serviceName)}
          leftSection={<StateDot tone={serviceHealthWords(service, server).tone} />}
        >
          Open {service.serviceName}
        </Menu.Item>
      ))}
    </TiedMenu>
  );
}
