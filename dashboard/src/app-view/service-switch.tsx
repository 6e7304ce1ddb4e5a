/** Server and service in the bar, with the server's other services to go to. */

import type { ServerView } from "@culvert/protocol/signaling";
import { Menu, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { appViewHref } from "../words/openability.ts";
import { serviceHealthWords } from "../words/server-state.ts";
import { useCloseOnBlur } from "./use-close-on-blur.ts";

/** `studio-mac / vite ▾`; without other services it is text alone. */
export function ServiceSwitch({
  server,
  serviceName,
}: {
  server: ServerView | undefined;
  serviceName: string;
}): ReactElement {
  const [opened, setOpened] = useState(false);
  useCloseOnBlur(opened, setOpened);
  const services = server?.services.filter((it) => it.mode === "http") ?? [];
  const isAlone = services.every((it) => it.serviceName === serviceName);
  const name = (
    <span>
      <span className="service-switch-server">{server === undefined ? "" : `${server.label} / `}</span>
      <span className="service-switch-name">{serviceName}</span>
    </span>
  );
  if (server === undefined || isAlone) return <span className="bar-button service-switch">{name}</span>;
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton
          className="bar-button service-switch"
          aria-label={`${server.label} / ${serviceName}: other services`}
        >
          {name}
          <IconChevronDown size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>On {server.label}</Menu.Label>
        {services.map((service) => {
          const { tone, word } = serviceHealthWords(service, server);
          return (
            <Menu.Item
              key={service.serviceId}
              component="a"
              href={appViewHref(server.serverId, service.serviceName)}
              aria-current={service.serviceName === serviceName ? "page" : undefined}
              leftSection={<StateDot tone={tone} />}
              rightSection={<span className="service-health">{word}</span>}
            >
              {service.serviceName}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
