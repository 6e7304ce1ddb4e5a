/**
 * The tables of the control plane as the queries see them. Invariant: the common subset of SQLite and PostgreSQL: ids
 * and JSON are text, times are ms since 1970 as bigint, booleans are times or null.
 */

/** An enrolled machine; kept after removal, so that its key cannot come back under another account. */
export interface ServersTable {
  serverId: string;
  accountId: string;
  /** The agent's own name for the machine. */
  label: string;
  /** The owner's name for it, which wins. */
  ownerLabel: string | null;
  identityKey: string;
  noiseKey: string;
  noiseKeySignature: string;
  /** AgentPresence as JSON, as last told. */
  presence: string | null;
  minVersion: number | null;
  maxVersion: number | null;
  /** Counts attachments: a message for an older one is void. */
  generation: number;
  enrolledAt: number;
  lastConnectedAt: number | null;
  removedAt: number | null;
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
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
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

/** Who did what, when, from where; each row carries the hash of the one before it in its account. */
export interface AuditEventsTable {
  accountId: string;
  sequence: number;
  at: number;
  action: string;
  subject: string;
  details: string;
  address: string;
  previousHash: string;
  hash: string;
}

/** The newest audit event of an account: the row that an append locks. */
export interface AuditHeadsTable {
  accountId: string;
  sequence: number;
  hash: string;
}

/** All tables of ours; better-auth's tables live in the same database and belong to it. */
export interface StoreSchema {
  servers: ServersTable;
  remoteSessions: RemoteSessionsTable;
  oneTimeCodes: OneTimeCodesTable;
  appOrigins: AppOriginsTable;
  auditEvents: AuditEventsTable;
  auditHeads: AuditHeadsTable;
}
