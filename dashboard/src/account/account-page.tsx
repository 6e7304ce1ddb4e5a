/** One's own account: who one is, how one signs in, and where one is signed in. */
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { PageFrame } from "../shell/page-frame.tsx";
import { PasskeySection } from "./passkey-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { ProviderSection } from "./provider-section.tsx";
import { SignInSection } from "./sign-in-section.tsx";
import "./account-page.css";

const route = getRouteApi("/account/account");

/** The page at `/account`. */
export function AccountPage(): ReactElement {
  const { account } = route.useRouteContext();
  useEffect(() => {
    document.title = "Your account – Culvert";
  }, []);
  return (
    <PageFrame title="Your account">
      <ProfileSection account={account} />
      <PasskeySection />
      <PasswordSection />
      <ProviderSection />
      <SignInSection />
    </PageFrame>
  );
}
