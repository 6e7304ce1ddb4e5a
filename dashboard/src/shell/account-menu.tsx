/** Who is signed in: the round button at the top right; its menu comes when somebody reaches for it. */
import type { Account } from "@culvert/protocol/signaling";
import { UnstyledButton } from "@mantine/core";
import type { ReactElement } from "react";
import { pagePart } from "../setup/page-part.ts";
import { LateMenu } from "./late-menu.tsx";
import "./account-menu.css";

const load = async () => (await pagePart(() => import("./account-menu-items.tsx"))).AccountMenuItems;

/** The button and its menu. */
export function AccountMenu({ account }: { account: Account }): ReactElement {
  return (
    <LateMenu
      load={load}
      items={{ account }}
      button={(props) => (
        <UnstyledButton {...props} className="account-button" aria-label={`Account: ${account.email}`}>
          {initialOf(account)}
        </UnstyledButton>
      )}
    />
  );
}

function initialOf({ name, email }: Account): string {
  return (name.trim() || email).charAt(0).toUpperCase();
}
