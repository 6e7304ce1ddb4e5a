/** Pages on the way in: signing in, setting up, invitations, shares, launches, approvals. */
import { devices } from "./account-samples.ts";
import type { DashboardFixture } from "./fixture.ts";
import { type PageState, text } from "./page-state.ts";
import { everyState, nowMs } from "./sample-servers.ts";
import { tellState } from "./scripted-engine.ts";

const server = "a".repeat(26);
const shareLink = `${server}.${"s".repeat(26)}.${"S".repeat(22)}`;

function signedOut(fixture: DashboardFixture): void {
  fixture.signedIn = false;
}

function withServers(fixture: DashboardFixture): void {
  fixture.servers = everyState;
  fixture.answers.set(`GET /scripted-desk/${server}/devices`, devices);
}

/** Each door, open and shut. */
export const doorStates: readonly PageState[] = [
  { name: "sign-in", address: "/sign-in", prepare: signedOut, ready: text("Sign in to Culvert") },
  {
    name: "sign-in-refused",
    address: "/sign-in?error=access_denied",
    prepare: signedOut,
    ready: text("Sign in to Culvert"),
  },
  {
    ...{ name: "set-up", address: "/set-up", ready: text("Welcome to Culvert") },
    prepare: (fixture) => {
      fixture.account = { needsSetUp: true, email: "owner@culvert.localhost" };
    },
  },
  {
    ...{ name: "invitation", address: "/join#code=canary", ready: text(/invites you as/) },
    prepare: (fixture) => {
      const offer = { role: "operator", invitedBy: "ada@example.org", expiresAt: nowMs + 86_400_000 };
      fixture.answers.set("POST /api/invitations/look", offer);
      fixture.signedIn = false;
    },
  },
  { name: "invitation-broken", address: "/join", prepare: signedOut, ready: text("This link is not whole") },
  { name: "share-broken", address: "/share", prepare: signedOut, ready: text("This link is not whole") },
  {
    ...{ name: "share-pin", address: `/share#${shareLink}`, prepare: signedOut },
    ready: async (page) => {
      const message = "This share has a PIN.";
      await tellState(page, {
        phase: "failed",
        code: "pin-needed",
        message,
        hint: "Ask who gave you the link.",
        steps: [],
      });
      await page.getByLabel("PIN").waitFor();
    },
  },
  { name: "launch-broken", address: "/launch", prepare: withServers, ready: text("This link is not whole") },
  {
    ...{ name: "launch-expired", address: "/launch#code=canary", ready: text("This link is over.") },
    prepare: (fixture) => {
      withServers(fixture);
      const fault = { status: 410, code: "expired", message: "This link is over." };
      fixture.answers.set("POST /api/launches/exchange", fault);
    },
  },
  {
    ...{ name: "approve-machine", address: "/enrol#code=canary", ready: text("It is mine: add it") },
    prepare: (fixture) => {
      const machine = {
        label: "lab-pi",
        platform: "linux",
        serverId: server,
        approved: false,
        expiresAt: nowMs + 600_000,
      };
      fixture.answers.set("POST /api/enrollments/requests/show", machine);
    },
  },
  {
    name: "approve-device",
    address: `/approve#${server}`,
    prepare: withServers,
    ready: text(/culvert devices approve k7xm/),
  },
  {
    name: "approve-by-link",
    address: `/approve#${server}.secret`,
    prepare: withServers,
    ready: text("This link came from studio-mac"),
  },
  {
    name: "approve-unknown",
    address: "/approve#nothing",
    prepare: withServers,
    ready: text("There is no such machine in your account."),
  },
  { name: "not-found", address: "/nowhere", prepare: () => {}, ready: text("Nothing at this address") },
];
