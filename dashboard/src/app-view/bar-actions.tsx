/** What can be done with the app: buttons in the bar, all of it in a menu, which is all there is on a phone. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { BarAction } from "./use-bar-actions.tsx";
import { useCloseOnBlur } from "./use-close-on-blur.ts";

/** Both forms; the stylesheet shows the one that fits. */
export function BarActions({ actions }: { actions: readonly BarAction[] }): ReactElement {
  const [opened, setOpened] = useState(false);
  useCloseOnBlur(opened, setOpened);
  const inBar = actions.filter(({ isInBar }) => isInBar);
  return (
    <>
      <div className="bar-actions">
        {inBar.map((action) => (
          <ActionButton key={action.name} action={action} />
        ))}
      </div>
      <Menu opened={opened} onChange={setOpened} position="bottom-end" width={264}>
        <Menu.Target>
          <ActionIcon aria-label="More">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => (
            <ActionItem key={action.name} action={action} />
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function ActionButton({ action }: { action: BarAction }): ReactElement {
  const { label, icon, shortcut, isDisabled, isPressed, href, run } = action;
  const words = shortcut === undefined ? label : `${label} (${shortcut})`;
  return (
    <Tooltip label={words} {...(action.keepsTooltip && { opened: true })}>
      {href === undefined || isDisabled ? (
        <ActionIcon
          aria-label={label}
          disabled={isDisabled}
          onClick={run}
          {...(isPressed !== undefined && { "aria-pressed": isPressed, "data-pressed": isPressed || undefined })}
        >
          {icon}
        </ActionIcon>
      ) : (
        <ActionIcon component="a" aria-label={label} href={href} target="_blank" rel="noopener noreferrer">
          {icon}
        </ActionIcon>
      )}
    </Tooltip>
  );
}

function ActionItem({ action }: { action: BarAction }): ReactElement {
  const { label, icon, shortcut, isDisabled, href, run } = action;
  const common = {
    leftSection: icon,
    rightSection: shortcut === undefined ? undefined : <kbd className="bar-shortcut">{shortcut}</kbd>,
    disabled: isDisabled,
    closeMenuOnClick: !action.keepsTooltip,
  };
  if (href === undefined || isDisabled) {
    return (
      <Menu.Item {...common} onClick={run}>
        {label}
      </Menu.Item>
    );
  }
  return (
    <Menu.Item {...common} component="a" href={href} target="_blank" rel="noopener noreferrer">
      {label}
    </Menu.Item>
  );
}
