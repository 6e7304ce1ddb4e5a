/** Reload, open in a new tab, copy link: buttons in the bar, a menu on a phone. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconCheck, IconDots, IconExternalLink, IconLink, IconRefresh } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useCopy } from "../shell/copy-button.tsx";
import type { RunningAppView } from "./use-app-view.ts";

const copyLabels = { idle: "Copy link", copied: "Copied: it opens for you alone", refused: "The browser refused" };

/** Both forms; the stylesheet shows the one that fits. */
export function BarActions({ view }: { view: RunningAppView }): ReactElement {
  const { outcome, copy } = useCopy();
  const open = view.state.phase === "open";
  const copyLink = (): void => void copy(window.location.href);
  const copyIcon = outcome === "copied" ? <IconCheck size={16} /> : <IconLink size={16} />;
  const tabAddress = open && view.appOrigin !== undefined ? view.appOrigin + view.location.path : undefined;
  return (
    <>
      <div className="bar-actions">
        <Tooltip label="Reload the app">
          <ActionIcon aria-label="Reload the app" onClick={view.reload} disabled={!open}>
            <IconRefresh size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Open the app in a tab of its own">
          <ActionIcon
            component="a"
            aria-label="Open the app in a tab of its own"
            aria-disabled={tabAddress === undefined}
            data-disabled={tabAddress === undefined}
            href={tabAddress}
            target="_blank"
            rel="noopener noreferrer"
          >
            <IconExternalLink size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={copyLabels[outcome]} {...(outcome !== "idle" && { opened: true })}>
          <ActionIcon aria-label={copyLabels[outcome]} onClick={copyLink}>
            {copyIcon}
          </ActionIcon>
        </Tooltip>
      </div>
      <div className="bar-actions-more">
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <ActionIcon aria-label="More">
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={view.reload} disabled={!open}>
              Reload the app
            </Menu.Item>
            {tabAddress !== undefined && (
              <Menu.Item
                component="a"
                href={tabAddress}
                target="_blank"
                rel="noopener noreferrer"
                leftSection={<IconExternalLink size={16} />}
              >
                Open in a tab of its own
              </Menu.Item>
            )}
            <Menu.Item leftSection={copyIcon} onClick={copyLink} closeMenuOnClick={false}>
              {copyLabels[outcome]}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </>
  );
}
