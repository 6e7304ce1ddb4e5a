/** What an account has, for the pages under test: sessions, shares, tokens, people, activity. Times hang on one moment. */
import { nowMs } from "./sample-servers.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const id = (letter: string, number = 0): string =>
  `${letter.repeat(24)}${"abcdefghij"[Math.floor(number / 10) % 10]}${"abcdefghij"[number % 10]}`;
const serverId = (letter: string): string => letter.repeat(26);

/** A device key by its number: 43 characters of base64url. */
export const deviceKeyOf = (number: number): string => Buffer.alloc(32, number + 1).toString("base64url");

const session = (number: number, changes: object = {}) => ({
  ...{ sessionId: id("q", number), serverId: serverId("a"), serviceName: "vite" },
  ...{ createdAt: nowMs - 12 * minuteMs, expiresAt: nowMs + 11 * hourMs, revokedAt: null },
  ...{ shareId: null, shareLabel: null, openedBy: "Ada Lovelace", way: "direct" },
  ...changes,
});

/** Live ones of members and of a share, some that are over, one by which the dashboard asked a machine. */
export const sessions = [
  session(0),
  session(1, {
    serverId: serverId("b"),
    serviceName: "dashboard",
    openedBy: "Grace Hopper",
    createdAt: nowMs - 3 * hourMs,
  }),
  session(2, {
    shareId: id("s"),
    shareLabel: "Anna, review",
    openedBy: null,
    way: "relay",
    createdAt: nowMs - 40 * minuteMs,
  }),
  session(3, { serviceName: "culvert-desk", createdAt: nowMs - minuteMs, expiresAt: nowMs + 9 * minuteMs }),
  session(4, { serviceName: "notebook", revokedAt: nowMs - 26 * minuteMs, createdAt: nowMs - 5 * hourMs }),
  session(5, { expiresAt: nowMs - 2 * hourMs, createdAt: nowMs - 14 * hourMs, openedBy: null }),
];

/** As many as an account of a busy week has. */
export const manySessions = Array.from({ length: 120 }, (_, number) =>
  session(number, {
    serverId: serverId("abcdefgh"[number % 8] ?? "a"),
    serviceName: ["vite", "code-server", "grafana", "notebook"][number % 4],
    openedBy: ["Ada Lovelace", "Grace Hopper", "Katherine Johnson"][number % 3],
    createdAt: nowMs - (number + 1) * 17 * minuteMs,
    expiresAt: nowMs + (40 - number) * hourMs,
  }),
);

const share = (number: number, changes: object = {}) => ({
  ...{ shareId: id("s", number), serverId: serverId("a"), serviceName: "vite", label: "Anna, review" },
  ...{ createdAt: nowMs - 2 * hourMs, expiresAt: nowMs + 6 * hourMs, revokedAt: null },
  ...changes,
});

/** Two that open something, two that do not. */
export const shares = [
  share(0),
  share(1, { label: "", serviceName: "notebook", createdAt: nowMs - dayMs, expiresAt: nowMs + 6 * dayMs }),
  share(2, { label: "Design team", revokedAt: nowMs - 3 * hourMs, createdAt: nowMs - 3 * dayMs }),
  share(3, { label: "Demo on Friday", expiresAt: nowMs - dayMs, createdAt: nowMs - 2 * dayMs }),
];

/** The same as the agent of studio-mac counts them. */
export const deskShares = shares.map(({ shareId, serviceName, label, createdAt, expiresAt, revokedAt }, number) => ({
  ...{ shareId, label, createdAt, expiresAt, revokedAt },
  scope: { serviceName, readOnly: number === 1, ...(number === 1 && { pathPrefixes: ["/docs"] }) },
  ...{ uses: number === 0 ? 5 : null, usesLeft: number === 0 ? 3 : null },
  ...{ hasPin: number === 0, pinTriesLeft: number === 0 ? 5 : null, viewers: number === 0 ? 1 : 0 },
}));

const token = (letter: string, label: string, changes: object = {}) => ({
  ...{ tokenId: letter.repeat(26), label, createdAt: nowMs - 20 * dayMs, expiresAt: nowMs + 70 * dayMs },
  ...{ lastUsedAt: nowMs - 4 * minuteMs, revokedAt: null },
  ...changes,
});

/** One in use, one never used, one taken back. */
export const tokens = [
  token("t", "Portal backend"),
  token("u", "Nightly script", { lastUsedAt: null }),
  token("v", "Old CI", { revokedAt: nowMs - 2 * dayMs }),
];

/** Owner, operator, auditor. */
export const members = [
  {
    memberId: "member-1",
    name: "Ada Lovelace",
    email: "ada@example.org",
    role: "owner",
    joinedAt: nowMs - 90 * dayMs,
    lastUsedAt: nowMs,
  },
  {
    memberId: "member-2",
    name: "Grace Hopper",
    email: "grace@example.org",
    role: "owner",
    joinedAt: nowMs - 60 * dayMs,
    lastUsedAt: nowMs - 3 * hourMs,
  },
  {
    memberId: "member-3",
    name: "Katherine Johnson",
    email: "katherine@example.org",
    role: "operator",
    joinedAt: nowMs - 9 * dayMs,
    lastUsedAt: null,
  },
];

/** One that nobody has used yet. */
export const invitations = [
  {
    invitationId: "invitation-1",
    role: "auditor",
    note: "Alan from the audit",
    invitedBy: "ada@example.org",
    createdAt: nowMs - hourMs,
    expiresAt: nowMs + 6 * dayMs,
  },
];

const kinds: readonly (readonly [action: string, details: object, who?: string])[] = [
  ["open", { serviceName: "vite", serverId: serverId("a") }],
  ["sign-in", { method: "passkey" }],
  ["share", { serviceName: "notebook", serverId: serverId("a") }],
  ["deny", { what: "sign-in", method: "password" }, "mallory@example.org"],
  ["rename", { label: "studio-mac" }],
  ["invite", { note: "Alan from the audit", role: "auditor" }],
  ["revoke", { what: "share" }],
  ["settings", { what: "named a passkey", name: "Ada’s laptop" }],
];

/** Newest first. */
export const auditEvents = (count: number) =>
  Array.from({ length: count }, (_, number) => {
    const [action, details, who = "ada@example.org"] = kinds[number % kinds.length] ?? kinds[0] ?? ["open", {}];
    return {
      ...{ sequence: 1_000 - number, at: nowMs - number * 37 * minuteMs, action, who, details },
      ...{
        memberId: who.startsWith("ada") ? "member-1" : null,
        subject: "",
        address: number % 3 === 0 ? "203.0.113.7" : "2001:db8::17",
      },
    };
  });

/** The log is whole. */
export const verification = {
  checkedAt: nowMs - 3 * minuteMs,
  events: 1_000,
  brokenAt: null,
  head: { sequence: 1_000, hash: "f".repeat(64) },
};

/** A browser in use and one elsewhere. */
export const signIns = [
  {
    ...{
      signInId: "sign-in-1",
      createdAt: nowMs - dayMs,
      lastUsedAt: nowMs,
      expiresAt: nowMs + 20 * dayMs,
      current: true,
    },
    ...{ userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36", address: "203.0.113.7" },
  },
  {
    ...{
      signInId: "sign-in-2",
      createdAt: nowMs - 9 * dayMs,
      lastUsedAt: nowMs - 5 * hourMs,
      expiresAt: nowMs + 9 * dayMs,
      current: false,
    },
    ...{
      userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
      address: "2001:db8::17",
    },
  },
];

/** One of each kind. */
export const passkeys = [
  { passkeyId: "passkey-1", name: "Ada’s laptop", createdAt: nowMs - 80 * dayMs, synced: false },
  { passkeyId: "passkey-2", name: "Password manager", createdAt: nowMs - 12 * dayMs, synced: true },
];

const device = (number: number, changes: object = {}) => ({
  ...{ deviceKey: deviceKeyOf(number), label: "", trust: "introduced", since: nowMs - 4 * dayMs },
  ...{ lastSeenAt: nowMs - 2 * hourMs, isThis: false },
  ...changes,
});

/** A locked machine: this device, a phone, one without a name, and one that waits. */
export const devices = {
  locked: true,
  devices: [
    device(0, { label: "Ada’s laptop", trust: "approved", isThis: true, lastSeenAt: nowMs }),
    device(1, { label: "Ada’s phone", trust: "approved" }),
    device(2),
  ],
  waiting: [{ deviceKey: deviceKeyOf(3), at: nowMs - 3 * minuteMs }],
};

/** An unlocked machine that nobody else has opened. */
export const oneDevice = { locked: false, devices: [device(0, { isThis: true, lastSeenAt: nowMs })], waiting: [] };

const terminal = (workspace: string, changes: object = {}) => ({
  ...{ name: `culvert::${workspace}::primary`, path: `/session/culvert__${workspace}__primary`, state: "active" },
  ...{ command: "vim", createdAt: nowMs - dayMs, lastOutputAt: nowMs - 4_000, viewers: 0, attached: 0 },
  attachCommand: `tmux -L culvert attach -t '=culvert__${workspace}__primary'`,
  ...changes,
});

/** Sessions in each state. */
export const terminals = {
  nowMs,
  services: [
    {
      ...{ serviceName: "terminal", lost: null, fault: null },
      sessions: [
        terminal("notes", { viewers: 1 }),
        terminal("deploy", { state: "quiet", command: "bash", lastOutputAt: nowMs - 3 * hourMs, attached: 1 }),
        terminal("migration", { state: "ended", command: "", lastOutputAt: nowMs - 2 * dayMs, attachCommand: null }),
      ],
    },
  ],
};
