/**
 * The tables of the control plane as the queries see them. Invariant: the common subset of SQLite and PostgreSQL: ids
 * and JSON are text, times are ms since 1970 as bigint, booleans are times or null.
 */

import type { AccessTokensTable, EnrolmentRequestsTable, LaunchesTable, SharesTable } from "./sharing-tables.ts";

/** An enrolled machine; kept after removal, so that its key cannot come back under another account. */
export interface ServersTable {
  serverId: string;
  accountId: string;
  /** The agent's own name for the machine. */
  label: string;
  /** The owner's name for it, which wins. */
  ownerLabel: string | null;
  /** The group that the owner put it into. */
  ownerGroup: string | null;
  identityKey: string;
  noiseKey: string;
  noiseKeySignature: string;
  /** AgentPresence as JSON, as last told. */
  presence: string | null;
  minVersion: number | null;
  maxVersion: number | null;
  /** Counts attachments: a message for an older one is void. */
  generation: number;
  /** The node that holds the attachment of this generation; null where the agent is not attached. */
  nodeId: string | null;
  /** When the agent ended its last connection itself; null where it is attached or fell silent. */
  endedAt: number | null;
  enrolledAt: number;
  lastConnectedAt: number | null;
  removedAt: number | null;
  /** The server that this machine was before its keys changed, and the old key's word for it. */
  succeedsServerId: string | null;
  succeedsIdentityKey: string | null;
  successionSignature: string | null;
}

/** A remote session; its ticket is kept as a SHA-256 alone. */
export interface RemoteSessionsTable {
  sessionId: string;
  accountId: string;
  serverId: string;
  serviceId: string;
  serviceName: string;
  ticketHash: string;
  deviceThumbprint: string;
  /** The sign-in that made it and takes it back with its end. */
  signInId: string | null;
  /** Who opened it; null for sessions older than members. */
  memberId: string | null;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  /** The share by whose link it was opened; null for one of the account's own. */
  shareId: string | null;
  /** The best kind of way that its agent told of: direct, turn or relay. */
  way: string | null;
}

/** What happened in an hour, as numbers: `figure` says of what. Kept for as long as the overview looks back. */
export interface AccountFiguresTable {
  accountId: string;
  /** Its beginning. */
  hour: number;
  figure: string;
  amount: number;
}

/** Codes that work once: sign-in links and enrolments; kept as a SHA-256 alone. */
export interface OneTimeCodesTable {
  codeHash: string;
  purpose: string;
  accountId: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

/** Host labels of app origins, never reused. */
export interface AppOriginsTable {
  label: string;
  accountId: string;
  serverId: string;
  serviceId: string;
  serviceName: string;
  createdAt: number;
}

/** Ports of apps, never reused: a port belongs to the app origin of its label for good. */
export interface AppPortsTable {
  port: number;
  label: string;
  createdAt: number;
}

/** Who did what, when, from where; each row carries the hash of the one before it in its account. */
export interface AuditEventsTable {
  accountId: string;
  sequence: number;
  at: number;
  action: string;
  subject: string;
  details: string;
  address: string;
  /** The member's email then, or what acted where no member did; null for events older than members. */
  who: string | null;
  memberId: string | null;
  previousHash: string;
  hash: string;
}

/** The newest audit event of an account: the row that an append locks. */
export interface AuditHeadsTable {
  accountId: string;
  sequence: number;
  hash: string;
}

/** Who acts for an account; kept after removal. `memberId` is the id of better-auth's user. */
export interface MembersTable {
  memberId: string;
  accountId: string;
  role: string;
  name: string;
  email: string;
  joinedAt: number;
  removedAt: number | null;
}

/** An invitation to become a member; its code is kept as a SHA-256 alone. */
export interface InvitationsTable {
  invitationId: string;
  codeHash: string;
  accountId: string;
  role: string;
  note: string;
  /** The member's email then. */
  invitedBy: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
  usedBy: string | null;
  revokedAt: number | null;
}

/** What was used up of a rate or of a day's bytes. The key is a hash: no address of a client is kept here. */
export interface RateCountersTable {
  counterKey: string;
  points: number;
  resetsAt: number;
}

/** A signaling process of this installation. */
export interface NodesTable {
  nodeId: string;
  startedAt: number;
  /** Counts up while the node lives: others see that it moves and need not trust its clock. */
  beat: number;
  /** A hash over the node's secrets: nodes of one installation have the same. */
  secretsMark: string;
  agents: number;
  relayBytes: number;
}

/** What every node must hear of within seconds, with a bus or without: written with the change itself. */
export interface NoticesTable {
  noticeId: string;
  at: number;
  topic: string;
  /** JSON; ids alone. */
  body: string;
}

/** All tables of ours; better-auth's tables live in the same database and belong to it. */
export interface StoreSchema {
  servers: ServersTable;
  enrolmentRequests: EnrolmentRequestsTable;
  launches: LaunchesTable;
  shares: SharesTable;
  accessTokens: AccessTokensTable;
  remoteSessions: RemoteSessionsTable;
  oneTimeCodes: OneTimeCodesTable;
  appOrigins: AppOriginsTable;
  appPorts: AppPortsTable;
  auditEvents: AuditEventsTable;
  auditHeads: AuditHeadsTable;
  members: MembersTable;
  invitations: InvitationsTable;
  nodes: NodesTable;
  notices: NoticesTable;
  rateCounters: RateCountersTable;
  accountFigures: AccountFiguresTable;
}
