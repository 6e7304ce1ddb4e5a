/** The account's menu: who is signed in, the colour scheme, and the way out. */
import type { Account } from "@culvert/protocol/signaling";
import { type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useSignOut } from "../sign-in/use-sign-out.ts";
import { roles } from "../words/roles.ts";
import type { MenuTie } from "./late-menu.tsx";
import { TiedMenu } from "./tied-menu.tsx";

const schemes: readonly { readonly value: MantineColorScheme; readonly label: string }[] = [
  { value: "auto", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** The menu, tied to its button. */
export function AccountMenuItems({ account, tie }: { account: Account; tie: MenuTie }): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { signOut, trouble } = useSignOut();
  return (
    <TiedMenu tie={tie} closeOnItemClick={false}>
      <div className="account-who">
        <strong>{account.name}</strong>
        <span>{account.email}</span>
        <span>{roleName(account.role)}</span>
      </div>
      <Menu.Divider />
      <Menu.Item component="a" href="/account" leftSection={<IconUser size={16} />} closeMenuOnClick>
        Your account
        {account.needsSetUp && <span className="account-hint">Choose how you sign in</span>}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>Appearance</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
        {schemes.map(({ value, label }) => (
          <Menu.RadioItem key={value} value={value}>
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
        Sign out
      </Menu.Item>
      {trouble && (
        <p role="alert" className="account-trouble">
          {trouble.what} {trouble.remedy}
        </p>
      )}
    </TiedMenu>
  );
}

function roleName(role: Account["role"]): string {
  return roles.find((words) => words.role === role)?.name ?? role;
}
