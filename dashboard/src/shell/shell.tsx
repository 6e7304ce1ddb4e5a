/** The frame around the dashboard's pages: mark, pages, account, and a banner while the server is away. */

import type { Account } from "@culvert/protocol/signaling";
import type { ReactElement, ReactNode } from "react";
import type { FeedState } from "../live/server-feed.ts";
import { AccountMenu } from "./account-menu.tsx";
import { AwayBanner } from "./away-banner.tsx";
import { BrandMark } from "./brand-mark.tsx";
import { Navigation } from "./navigation.tsx";
import "./shell.css";

/** What the frame shows besides its page. */
interface ShellProps {
  readonly account: Account;
  readonly feedState: FeedState;
  readonly children: ReactNode;
}

/** Header, banner, page. */
export function Shell({ account, feedState, children }: ShellProps): ReactElement {
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the page
      </a>
      <header className="shell-header">
        <div className="shell-header-inner">
          <a href="/" className="shell-home" aria-label="Culvert: servers">
            <BrandMark withName />
          </a>
          <Navigation role={account.role} />
          <AccountMenu account={account} />
        </div>
      </header>
      {feedState === "away" && <AwayBanner />}
      <main id="content" className="shell-content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
