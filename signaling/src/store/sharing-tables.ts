/** Tables of enrolment requests, launch links, shares and access tokens. Times: ms since 1970. */

/** A machine that asked to be enrolled; its code is kept as a SHA-256 alone. */
export interface EnrolmentRequestsTable {
  codeHash: string;
  serverId: string;
  label: string;
  platform: string;
  identityKey: string;
  noiseKey: string;
  noiseKeySignature: string;
  createdAt: number;
  expiresAt: number;
  approvedAt: number | null;
  /** Email of who approved it. */
  approvedBy: string | null;
}

/** A launch link; its code is kept as a SHA-256 alone. */
export interface LaunchesTable {
  codeHash: string;
  accountId: string;
  serverId: string;
  serviceName: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

/** A share as signaling needs it to join viewers; scope, uses and PIN are the agent's. */
export interface SharesTable {
  shareId: string;
  accountId: string;
  serverId: string;
  serviceId: string;
  serviceName: string;
  label: string;
  ticketHash: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

/** A program's way to act for a member; kept as a SHA-256 alone. */
export interface AccessTokensTable {
  tokenId: string;
  tokenHash: string;
  memberId: string;
  accountId: string;
  label: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
}
