/**
 * Every number that bounds something, with its unit in the name and its reason beside it.
 * SPEC.md §Limits repeats the ones a peer can notice.
 */
const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /** Noise's own bound on a message, tag included (Noise rev 34 §3). A longer message closes the path. */
  sealedMessageBytes: 65_535,
  /** AES-GCM tag. */
  tagBytes: 16,
  /** Sealed message on a data channel: one that every WebRTC stack takes unfragmented by us. */
  dataChannelMessageBytes: 16 * KiB,
  /** Sealed message on the relay; fits the signaling server's WebSocket maxPayload with its envelope. */
  relayMessageBytes: 32 * KiB,
  /** WebSocket maxPayload on signaling: larger messages close the socket. */
  signalingPayloadBytes: 64 * KiB,
  /** A path is replaced by then, so its nonces never come near a bound. */
  pathMessages: 2 ** 23,

  /** Window of a stream at first; 100 of them are reserved for each tunnel. */
  initialWindowBytes: 256 * KiB,
  /** A window never grows beyond. */
  maxWindowBytes: 16 * MiB,
  /** Sum over streams of granted minus consumed bytes; the receiver grants no more. */
  tunnelWindowBytes: 64 * MiB,
  /** Streams that a peer may have open at once at first; a viewer beyond it queues. */
  initialStreams: 100,
  /** Streams of a peer that may be reset, by either side, before their places come back late: a page that is left costs 100. */
  resetBurst: 500,
  /** Places of reset streams that come back in a second then: a flood costs a few percent of a processor. */
  resetsPerSecond: 300,
  /** Out-of-order ranges in one ACK. */
  ackRanges: 8,
  /** Runs of bytes beyond a gap that a receive half holds; a peer that leaves more gaps loses the stream. */
  gapRanges: 1_024,
  /** UTF-8 bytes of a CLOSE reason; a longer one is cut by the sender. */
  closeReasonBytes: 256,
  /** Received bytes of a stream by which an ACK is sent at the latest. */
  ackEveryBytes: 64 * KiB,
  /** Bytes held in a WebRTC library's queue per channel: werift's cost is quadratic in it. */
  channelQueueBytes: 128 * KiB,

  /** A part of a stream of this length is bulk's: half a message, which sparse flows do not fill. */
  longPartBytes: 8 * KiB,
  /** Data channel paths of a tunnel while a bulk stream lasts: more bring little and cost sockets. */
  maxBulkPaths: 8,
  /** Below this round trip one path fills the link, and more would only share its processor. */
  bulkPathRttMs: 8,
  /** Paths that were added for bulk are dropped after so long without it: longer than a person's pause between two files. */
  bulkPathIdleMs: 15_000,
  /** Data channel paths of a tunnel that an agent takes, attempts included: a full set and its replacement. */
  agentChannelPaths: 16,

  /** A msgpack head of a request or response. Node's own header limit is 16 KiB, proxies go to 64. */
  headBytes: 128 * KiB,
  /** A control record (an SDP is below 16 KiB). */
  controlRecordBytes: 64 * KiB,
  /** One WebSocket message of the app. */
  webSocketMessageBytes: 32 * MiB,
  /** Messages above `smallMessageBytes` of all streams, from their first byte until they are taken; others wait. */
  tunnelMessageBytes: 128 * MiB,
  /** A message up to here is bounded well enough by the number of streams. */
  smallMessageBytes: 128 * KiB,

  /** Received bytes are acknowledged within: short against any suspect time, long enough to ride on an answer. */
  ackDelayMs: 20,
  /** After CLOSE went out, paths stay for so long, so that it arrives; the peer normally closes them before. */
  closeLingerMs: 500,
  /** Heartbeat while data is outstanding. */
  busyHeartbeatMs: 2_000,
  /** Heartbeat while idle: phones sleep between. */
  idleHeartbeatMs: 20_000,
  /** A path with data outstanding and nothing authenticated received for so long is dead, where another can do its work. */
  deadAfterMs: 5_000,
  /** Where none can, SCTP's own back-off (RFC 9260 §6.3.3) is waited for; consent expires by then (RFC 7675 §5.1). */
  lastDeadAfterMs: 30_000,
  /** Lower bound of the suspect time max(3 × srtt, this). */
  suspectFloorMs: 300,
  /** The suspect time of a path whose round trip is not known yet (RFC 6298 §2). */
  firstAnswerMs: 1_000,
  /** Lower bound of the time max(2 × srtt, this) after which bytes that block a stream go again on another path. */
  lateFloorMs: 200,
  /** Bytes of a flow that sends little go again on another path after srtt + this. */
  thinLateMs: 50,
  /** Acknowledgements go on a path that brought bytes within this time, whatever its kind. */
  answerFreshMs: 1_000,
  /** A timer that comes so late shows that this process slept: every path is asked at once. */
  wakeLateMs: 1_000,
  /** Both sides keep a detached tunnel for so long. */
  graceMs: 120_000,
  /** An opening without direct path fails then under `handshake-only`. */
  directWaitMs: 15_000,
  /** A handshake on a path takes no longer. */
  handshakeMs: 10_000,
  /** Bytes that a peer may send on a path before its handshake is done here; beyond it the path is closed. */
  handshakeBacklogBytes: MiB,
  /** An ended tunnel's id is refused for so long, longer than any token of it can be shown again. */
  endedTunnelMs: 120_000,

  /** Relay budget of a `handshake-only` session: a start plus a rate. */
  handshakeOnlyBudgetBytes: 256 * KiB,
  handshakeOnlyBytesPerMinute: 64 * KiB,
  /** Relay credit per session and direction. */
  relayCreditBytes: 64 * KiB,
  relayCreditMaxBytes: 256 * KiB,

  /** A remote session token must be used within. */
  tokenFirstUseMs: 60_000,
  /** An agent takes tokens of a signing key that was followed by another for so long: nodes restart one after the other. */
  succeededKeyMs: 10 * 60 * 1000,
  /** A remote session ends by then. */
  sessionMs: 12 * 60 * 60 * 1000,
  /** An enrolment code lives so long. */
  enrolmentMs: 10 * 60 * 1000,
  /** Clock difference that a token's times may have against the server's time. */
  clockLeewayMs: 30_000,
} as const;

/** Protocol versions that this code speaks, inclusive. */
export const protocolVersions = { min: 1, max: 1 } as const;
