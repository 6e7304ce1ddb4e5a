/** Who is signed in, the colour scheme, and the way out. */

import type { Account } from "@culvert/protocol/signaling";
import { type MantineColorScheme, Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useSignOut } from "../sign-in/use-sign-out.ts";
import "./account-menu.css";

const schemes: readonly { value: MantineColorScheme; label: string; icon: ReactElement }[] = [
  { value: "auto", label: "As the system", icon: <IconDeviceDesktop size={16} /> },
  { value: "light", label: "Light", icon: <IconSun size={16} /> },
  { value: "dark", label: "Dark", icon: <IconMoon size={16} /> },
];

/** The round button at the top right and its menu. */
export function AccountMenu({ account }: { account: Account }): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { signOut, trouble } = useSignOut();
  return (
    <Menu width={240} position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton className="account-button" aria-label={`Account: ${account.email}`}>
          {initialOf(account)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="account-who">
          <strong>{account.name}</strong>
          <span>{account.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={icon}
            rightSection={colorScheme === value ? <IconCheck size={16} /> : undefined}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
        {trouble && (
          <p role="alert" className="account-trouble">
            {trouble.what} {trouble.remedy}
          </p>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function initialOf({ name, email }: Account): string {
  return (name.trim() || email).charAt(0).toUpperCase();
}
