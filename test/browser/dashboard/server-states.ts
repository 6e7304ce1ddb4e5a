/** The page of one server in each of its states, and the list of servers where it is empty or full. */
import type { ServerView } from "@culvert/protocol/signaling";
import * as samples from "./account-samples.ts";
import { type DashboardFixture, type Fault, held } from "./fixture.ts";
import { type PageState, pressed, text } from "./page-state.ts";
import { everyState, nowMs } from "./sample-servers.ts";

const [studio, ...others] = everyState;
const studioId = "a".repeat(26);
const address = `/servers/${studioId}`;
const asked = ["devices", "shares", "terminals"] as const;

interface DeskAnswers {
  readonly devices: unknown;
  readonly shares: unknown;
  readonly terminals: unknown;
}

function withDesk(desk: DeskAnswers, changes: Partial<ServerView> = {}): (fixture: DashboardFixture) => void {
  return (fixture) => {
    if (studio === undefined) throw new Error("no server to show");
    const capabilities = { ...studio.capabilities, desk: true };
    fixture.servers = [{ ...studio, capabilities, ...changes }, ...others];
    for (const name of asked) fixture.answers.set(`GET /scripted-desk/${studioId}/${name}`, desk[name]);
    const shares = desk.shares === held ? held : { shares: desk === many ? samples.shares : [] };
    fixture.answers.set(`GET /api/servers/${studioId}/shares`, shares);
    fixture.answers.set("GET /api/sessions", { sessions: desk === many ? samples.sessions : [] });
  };
}

const many = { devices: samples.devices, shares: { shares: samples.deskShares }, terminals: samples.terminals };
const none = { devices: samples.oneDevice, shares: { shares: [] }, terminals: { nowMs, services: [] } };
const noSession = { nowMs, services: [{ serviceName: "terminal", lost: null, fault: null, sessions: [] }] };
const noTerminals: Fault = { status: 503, code: "unavailable", message: "tmux does not answer." };
const silent: Fault = { status: 504, code: "timeout", message: "The agent of studio-mac did not answer in time." };
const unapproved: Fault = {
  ...{ status: 403, code: "approval-needed" },
  message: "This server is locked: it opens for devices that were approved on it, and this one was not.",
};
const every = (answer: unknown): DeskAnswers => ({ devices: answer, shares: answer, terminals: answer });

/** Each state of a server's page. */
export const serverStates: readonly PageState[] = [
  { name: "server-many", address, prepare: withDesk(many), ready: text("A device waits for approval") },
  { name: "server-share-dialog", address, isDialog: true, prepare: withDesk(many), ready: pressed("Share") },
  {
    name: "server-approve-dialog",
    address,
    isDialog: true,
    prepare: withDesk(many),
    ready: pressed("Approve a device"),
  },
  { name: "server-revoke-dialog", address, isDialog: true, prepare: withDesk(many), ready: pressed(/^Revoke Ada/) },
  { name: "server-empty", address, prepare: withDesk(none), ready: text("No other device has opened it yet.") },
  {
    ...{ name: "server-no-session", address, ready: text("No session yet.") },
    prepare: withDesk({ ...none, terminals: noSession }),
  },
  {
    ...{ name: "server-terminals-failing", address, ready: text("tmux does not answer.") },
    prepare: withDesk({ ...none, terminals: noTerminals }),
  },
  { name: "server-loading", address, prepare: withDesk(every(held)), ready: text("Loading devices …") },
  { name: "server-failing", address, prepare: withDesk(every(silent)), ready: text(/did not answer in time/) },
  { name: "server-not-approved", address, prepare: withDesk(every(unapproved)), ready: text("Approve this device") },
  {
    ...{ name: "server-offline", address, ready: text(/^studio-mac is offline. A share/) },
    prepare: withDesk(none, { state: "disconnected" }),
  },
  {
    name: "server-unknown",
    address: `/servers/${"z".repeat(26)}`,
    prepare: withDesk(none),
    ready: text(/no such server/),
  },
  { name: "servers-many", address: "/", prepare: withDesk(none), ready: text("studio-mac") },
  { name: "servers-empty", address: "/", prepare: () => {}, ready: text("Connect your first server") },
];
