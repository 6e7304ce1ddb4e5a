/** A page of the dashboard in one of its states, as tests and screenshots come to it. */
import type { Page } from "playwright-core";
import type { DashboardFixture } from "./fixture.ts";

/** `name` is that of its screenshot. */
export interface PageState {
  readonly name: string;
  readonly address: string;
  /** A dialog stands over the page: Tab stays inside of it. */
  readonly isDialog?: true;
  /** What the server says. */
  prepare(fixture: DashboardFixture): void;
  /** Resolves when the state is there. */
  ready(page: Page): Promise<void>;
}

/** Waits for words. */
export function text(words: string | RegExp): (page: Page) => Promise<void> {
  return (page) => page.getByText(words).first().waitFor({ state: "attached" });
}

/** Presses a button when it is there, and waits for the dialog that it opens. */
export function pressed(name: string | RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    await page.getByRole("button", { name }).first().click();
    await page.getByRole("dialog").waitFor();
  };
}

/** Puts the fixture back to an owner who is signed in and has nothing. */
export function forgetState(fixture: DashboardFixture): void {
  fixture.answers.clear();
  fixture.servers = [];
  fixture.signedIn = true;
  fixture.account = {};
  fixture.away = false;
}
