/**
 * Numbers that bound what one client may cost this server. Bounds that both peers can notice live in the protocol.
 */
const KiB = 1024;
const MiB = 1024 * KiB;

export const serverLimits = {
  /** Request headers of the dashboard: an app on a sibling origin can swell Cookie to 130 KB; beyond it Node answers 431. */
  headerBytes: 256 * KiB,
  /** A JSON body of the API; beyond it 413. */
  bodyBytes: 64 * KiB,
  /** Parent-domain cookies that one answer expires; the rest go with the next answers. */
  expiredCookies: 200,
  /** Cookies of other programs on the dashboard's host are left alone up to here, together; beyond it they are expired. */
  sharedCookieBytes: 32 * KiB,

  /** A browser proves its key again within this time; until then a proof counts. */
  keyProofMs: 10 * 60 * 1000,
  /** What a browser signs to prove its key is this young at most; a page may stand so long before it signs. */
  keyChallengeMs: 5 * 60 * 1000,

  /** A sign-in code is used within this time. */
  signInCodeMs: 10 * 60 * 1000,
  /** Used and expired codes are kept so long, so that a second use can be told from a wrong code. */
  spentCodeMs: 24 * 60 * 60 * 1000,
  /** Unused codes per account and purpose; the oldest ones lapse. */
  liveCodes: 20,

  /** A machine that asked to be enrolled is approved within this time. */
  enrolmentRequestMs: 10 * 60 * 1000,
  /** Machines that wait for approval at once, on the whole server; beyond it asking fails with `limit-reached`. */
  enrolmentRequests: 10_000,
  /** Unused launch links of one account; beyond it `limit-reached`. */
  liveLaunches: 1_000,
  /** Live shares of one account; beyond it `limit-reached`. */
  liveShares: 200,
  /** A share lasts so long at most. */
  shareMs: 30 * 24 * 60 * 60 * 1000,
  /** Live remote sessions of one share; beyond it opening fails with `limit-reached`. */
  sessionsPerShare: 100,
  /** Live access tokens of one account; beyond it `limit-reached`. */
  accessTokens: 50,

  /** An invitation is used within this time. */
  invitationMs: 7 * 24 * 60 * 60 * 1000,
  /** Open invitations of one account; beyond it inviting fails with `limit-reached`. */
  openInvitations: 100,
  /** Invitations that are over are kept so long, so that a late use is told why; the audit log keeps that they were. */
  keptInvitationMs: 30 * 24 * 60 * 60 * 1000,
  /** How often a sign-in in use is noted; a list of sign-ins is exact to this. */
  signInUseMs: 60 * 1000,
  /** How we sign in is changed only by a sign-in younger than this. */
  freshSignInMs: 24 * 60 * 60 * 1000,
  /** An identity provider answers within this time. */
  oidcDiscoveryMs: 5_000,
  /** The audit log's hash chains are checked so often. */
  auditCheckMs: 60 * 60 * 1000,

  /** Servers of one account, removed ones not counted; beyond it redeeming fails with `limit-reached`. */
  serversPerAccount: 500,
  /** Remote sessions of one account that are neither over nor revoked; beyond it creating fails with `limit-reached`. */
  liveSessions: 1_000,
  /** Sessions that are over are kept so long for the list; the audit log keeps that they were. */
  keptSessionMs: 30 * 24 * 60 * 60 * 1000,
  /** A session for an agent's desk: a page opens another where it stands longer. */
  deskSessionMs: 60 * 60 * 1000,
  /** Figures by the hour are kept so long: the overview looks back 30 days. */
  keptFiguresMs: 32 * 24 * 60 * 60 * 1000,
  /** Rounds of the pulse between two cleanings: once an hour. */
  cleaningRounds: 1_800,
  /** Rounds of the pulse between two writes of what was counted. */
  figureRounds: 5,
  /** Remote sessions listed at once, newest first. */
  listedSessions: 200,
  /** Open event streams of one account; beyond it `limit-reached`. */
  eventStreams: 50,
  /** Bytes queued for a reader of events who does not read; beyond it the stream is cut and the reader starts again. */
  eventStreamBytes: 256 * KiB,
  /** Comment line that keeps an idle event stream alive through proxies. */
  eventHeartbeatMs: 15_000,

  /** Sockets that have not said who they are; beyond it upgrades get 503. */
  waitingSockets: 2_000,
  /** Of them, by one address; beyond it upgrades from there are refused. */
  waitingSocketsPerAddress: 200,
  /** A socket says who it is within this time. */
  helloMs: 10_000,
  /** A socket that was told to close is cut after this time. */
  closeMs: 5_000,
  /** Ping on signaling sockets; one that did not answer by the next is dead. */
  pingMs: 15_000,
  /** Viewers joined to one agent at once; beyond it joining fails with `limit-reached`. */
  viewersPerAgent: 256,
  /** Presence messages of one agent: a start plus a rate per minute; beyond it the socket is closed. */
  presenceBurst: 120,
  presencePerMinute: 120,
  /**
   * Bytes queued for one viewer that does not read; beyond it the relay is closed. Twice the most credit that a viewer
   * may give, so that its envelopes fit too.
   */
  viewerQueueBytes: 512 * KiB,
  /** Bytes queued for one agent that does not read; the relay that would exceed it is closed. */
  agentQueueBytes: MiB,

  /** Relay bytes of one `full` or `fallback` session, both ways together, where nothing else is set. */
  relayBudgetBytes: 4 * 1024 * MiB,

  /** Sockets of one account's viewers at one node; beyond it upgrades get 429. */
  socketsPerAccount: 500,
  /** Sockets of one address at one node: a company's agents behind one NAT. Beyond it upgrades get 429. */
  socketsPerAddress: 2_000,
  /** Relay bytes of one account in 24 h; then its relays end as `budget-exhausted`. */
  relayBytesPerDay: 200 * 1024 * MiB,
  /** Relay bytes that a node takes from the account's day at once; a node may carry so much beyond the day's end. */
  relayBytesTaken: 16 * MiB,
  /** Counters of rates that are over are forgotten so often. */
  rateSweepMs: 60_000,
  /** The STUN responder's UDP port where none is set (RFC 8489 §9). */
  stunPort: 3478,

  /** TURN credentials live so long: a leaked one is of use to nobody for longer. */
  turnCredentialMs: 10 * 60 * 1000,
  /** Peers with a live session get new TURN credentials so often. */
  turnRenewalMs: 5 * 60 * 1000,

  /** Bytes queued for any socket beyond which not even a message of ours is added: it is cut. */
  socketQueueBytes: 2 * MiB,

  /** A request body that reached an app origin's host is read away up to here, then the connection is cut. */
  discardedBodyBytes: MiB,
  /** UDP ports tried for the STUN responder, and TCP ports tried where the next free one may be taken. */
  portTries: 50,

  /** A node of several beats and looks at the others so often; what the bus did not bring is heard by then. */
  nodeBeatMs: 2_000,
  /** Looks without a beat after which a node counts as dead. */
  nodeLooks: 3,
  /** Looks without a beat after which a node is forgotten. */
  forgottenNodeLooks: 300,
  /** Rows are polled so far back: clocks of nodes may differ by it, and a transaction take as long. */
  noticeOverlapMs: 60_000,
  /** Notices are kept longer than any session lasts, for a node that did not reach the store. */
  keptNoticeMs: 24 * 60 * 60 * 1000,
  /** Rounds of the pulse between two comparisons of a node's attachments with their rows. */
  reconcileRounds: 5,
  /** A node that ends sends its agents away within this time, in steps, so many at once at least. */
  drainMs: 30_000,
  drainStepMs: 50,
  drainsAtOnce: 25,
} as const;
