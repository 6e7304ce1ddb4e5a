/** The pages of an account in each of their states: empty, loading, one, many, failing. */
import * as samples from "./account-samples.ts";
import { type DashboardFixture, type Fault, held } from "./fixture.ts";
import { type PageState, pressed, text } from "./page-state.ts";
import { busyOverview } from "./sample-overview.ts";
import { everyState } from "./sample-servers.ts";

const broken: Fault = { status: 503, code: "unavailable", message: "The store of this Culvert does not answer." };

/** What one page asks for, by the answer's name. */
type Answers = Readonly<Record<string, unknown>>;

function give(answers: Answers): (fixture: DashboardFixture) => void {
  return (fixture) => {
    fixture.servers = everyState;
    for (const [request, answer] of Object.entries(answers)) fixture.answers.set(`GET ${request}`, answer);
  };
}

function all(paths: readonly string[], answer: unknown): Answers {
  return Object.fromEntries(paths.map((path) => [path, answer]));
}

const ofSessions = ["/api/sessions", "/api/shares", "/api/tokens"];
const ofMembers = ["/api/members", "/api/invitations"];
const ofActivity = ["/api/audit", "/api/audit/verification", "/api/members"];
const ofAccount = ["/api/account/methods", "/api/account/passkeys", "/api/sign-ins"];
const methods = { password: true, passkeys: 2, oidc: false };
const [firstMember] = samples.members;

/** Each page with what it waits for before it is looked at. */
export const accountStates: readonly PageState[] = [
  {
    ...{
      name: "overview-many",
      address: "/overview",
      ready: (page) => page.locator(".step-chart canvas").nth(1).waitFor(),
    },
    prepare: give({ "/api/overview": busyOverview("day") }),
  },
  {
    ...{ name: "sessions-many", address: "/sessions", ready: text("3 sessions are live.") },
    prepare: give({
      "/api/sessions": { sessions: samples.sessions },
      "/api/shares": { shares: samples.shares },
      "/api/tokens": { tokens: samples.tokens },
    }),
  },
  {
    ...{ name: "sessions-crowded", address: "/sessions", ready: text(/more of/) },
    prepare: give({
      "/api/sessions": { sessions: samples.manySessions },
      "/api/shares": { shares: samples.shares },
      "/api/tokens": { tokens: [] },
    }),
  },
  {
    ...{ name: "sessions-one", address: "/sessions", ready: text("1 session is live.") },
    prepare: give({
      "/api/sessions": { sessions: samples.sessions.slice(0, 1) },
      "/api/shares": { shares: samples.shares.slice(0, 1) },
      "/api/tokens": { tokens: samples.tokens.slice(0, 1) },
    }),
  },
  {
    ...{ name: "sessions-empty", address: "/sessions", ready: text("Nothing was opened yet.") },
    prepare: give({ "/api/sessions": { sessions: [] }, "/api/shares": { shares: [] }, "/api/tokens": { tokens: [] } }),
  },
  {
    name: "sessions-loading",
    address: "/sessions",
    ready: text("Loading sessions …"),
    prepare: give(all(ofSessions, held)),
  },
  {
    ...{ name: "sessions-failing", address: "/sessions", ready: text("The store of this Culvert does not answer.") },
    prepare: give(all(ofSessions, broken)),
  },
  {
    ...{ name: "members-many", address: "/members", ready: text("Katherine Johnson") },
    prepare: give({
      "/api/members": { members: samples.members },
      "/api/invitations": { invitations: samples.invitations },
    }),
  },
  {
    ...{ name: "members-one", address: "/members", ready: text("Nobody else yet.") },
    prepare: give({ "/api/members": { members: [firstMember] }, "/api/invitations": { invitations: [] } }),
  },
  {
    ...{ name: "members-invite-dialog", address: "/members", isDialog: true, ready: pressed("Invite") },
    prepare: give({ "/api/members": { members: samples.members }, "/api/invitations": { invitations: [] } }),
  },
  {
    name: "members-loading",
    address: "/members",
    ready: text("Loading members …"),
    prepare: give(all(ofMembers, held)),
  },
  {
    ...{ name: "members-failing", address: "/members", ready: text("The store of this Culvert does not answer.") },
    prepare: give(all(ofMembers, broken)),
  },
  {
    ...{ name: "activity-many", address: "/activity", ready: text("Load more") },
    prepare: give({
      "/api/audit": { events: samples.auditEvents(40), next: 960 },
      "/api/audit/verification": samples.verification,
      "/api/members": { members: samples.members },
    }),
  },
  {
    ...{ name: "activity-one", address: "/activity", ready: text("opened vite") },
    prepare: give({
      "/api/audit": { events: samples.auditEvents(1), next: null },
      "/api/audit/verification": { ...samples.verification, events: 1 },
      "/api/members": { members: [firstMember] },
    }),
  },
  {
    ...{ name: "activity-empty", address: "/activity", ready: text("Nothing has happened yet.") },
    prepare: give({
      "/api/audit": { events: [], next: null },
      "/api/audit/verification": { ...samples.verification, events: 0, head: null },
      "/api/members": { members: [firstMember] },
    }),
  },
  {
    ...{ name: "activity-changed", address: "/activity", ready: text("The log was changed from outside") },
    prepare: give({
      "/api/audit": { events: samples.auditEvents(6), next: null },
      "/api/audit/verification": { ...samples.verification, brokenAt: 996 },
      "/api/members": { members: samples.members },
    }),
  },
  {
    name: "activity-loading",
    address: "/activity",
    ready: text("Loading the activity …"),
    prepare: give(all(ofActivity, held)),
  },
  {
    ...{ name: "activity-failing", address: "/activity", ready: text("The store of this Culvert does not answer.") },
    prepare: give(all(ofActivity, broken)),
  },
  {
    ...{ name: "account-many", address: "/account", ready: text("Safari on iPhone") },
    prepare: give({
      "/api/account/methods": methods,
      "/api/account/passkeys": { passkeys: samples.passkeys },
      "/api/sign-ins": { signIns: samples.signIns },
    }),
  },
  {
    ...{ name: "account-empty", address: "/account", ready: text("You have none yet.") },
    prepare: give({
      "/api/account/methods": { password: false, passkeys: 0, oidc: false },
      "/api/account/passkeys": { passkeys: [] },
      "/api/sign-ins": { signIns: samples.signIns.slice(0, 1) },
    }),
  },
  {
    name: "account-loading",
    address: "/account",
    ready: text("Loading sign-ins …"),
    prepare: give(all(ofAccount, held)),
  },
  {
    ...{ name: "account-failing", address: "/account", ready: text("The store of this Culvert does not answer.") },
    prepare: give(all(ofAccount, broken)),
  },
];
