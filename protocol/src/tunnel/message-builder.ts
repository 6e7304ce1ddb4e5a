/**
 * Makes the next message of a path from what is due: life signs, waiting frames, the control stream, app streams.
 * Invariant: a message holds at least one frame, fits its path, and carries app bytes only where the path may.
 */
import { limits } from "../limits.ts";
import { streamHeaderSize, writeFrame, writeStreamHeader } from "../wire/codec.ts";
import { WriteCursor } from "../wire/cursor.ts";
import type { MessageBuffers } from "./message-buffers.ts";
import type { Outbox } from "./outbox.ts";
import type { PathEntry } from "./path-entry.ts";
import type { AppShare, PathTable } from "./path-table.ts";
import type { Scheduler } from "./scheduler.ts";
import { virtualEnd } from "./send-half.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";
import type { Typing } from "./typing.ts";

/** Less room than this is left empty rather than filled with a sliver. */
const smallestRoomBytes = 64;

/** The largest PING. */
const pingBytes = 9;

/** What messages are made from. */
export interface MessageSources {
  readonly paths: PathTable;
  readonly streams: StreamTable;
  readonly outbox: Outbox;
  readonly scheduler: Scheduler;
  readonly buffers: MessageBuffers;
  readonly typing: Typing;
}

/**
 * The next message for a path; undefined where nothing is due on it. The caller owns the bytes, and as many behind them as
 * a tag takes, so that it can be sealed where it lies.
 */
export function buildMessage(sources: MessageSources, path: PathEntry, nowMs: number): Uint8Array | undefined {
  const { streams, outbox, scheduler, buffers, typing } = sources;
  const isPreferred = sources.paths.isPreferred(path);
  if (path.answers.wantsPing) path.keepalive.askPing(nowMs);
  const hasLifeSign = path.keepalive.isPingDue || path.pongDue !== undefined;
  const mayAnswer = sources.paths.mayAnswer(path, nowMs);
  const share = shareOf(sources.paths, path, nowMs);
  const hasFrames = (mayAnswer && outbox.isUrgent) || (isPreferred && streams.control.isWanting);
  const hasApp = scheduler.next(share) !== undefined;
  if (!hasLifeSign && !hasFrames && !hasApp) return undefined;

  const buffer = buffers.take(path.maxPlaintextBytes + limits.tagBytes);
  const cursor = new WriteCursor(buffer.subarray(0, path.maxPlaintextBytes));
  writePong(cursor, path);
  if (mayAnswer) {
    const { answers: log, keepalive } = path;
    const { roundTripMs } = keepalive;
    const before = cursor.position;
    const gaveCredit = outbox.write({ cursor, log, nowMs, roundTripMs, grantStreams: () => streams.grantStreams() });
    if (cursor.position > before) path.noteTold(nowMs);
    // Windows grow by the round trip under load, so it is measured while credit flows.
    if (gaveCredit) keepalive.probe(nowMs);
  }
  writePing(cursor, path, nowMs);
  if (isPreferred && streams.control.isWanting && cursor.remaining >= smallestRoomBytes) {
    writeSegment({ cursor, path, typing, nowMs }, streams.control);
  }
  writeAppStreams({ cursor, path, typing, nowMs }, scheduler, share);
  if (cursor.position > 0) path.noteSpoke(nowMs);
  // What was urgent may have become void, as an ACK of a stream that was reset meanwhile.
  if (cursor.position > 0 && cursor.position * 2 >= buffer.length) return cursor.written();
  buffers.give(buffer);
  return cursor.position === 0 ? undefined : shortCopy(cursor.written());
}

/** A short message does not keep a long buffer alive while it waits. */
function shortCopy(written: Uint8Array): Uint8Array {
  const message = new Uint8Array(written.length + limits.tagBytes).subarray(0, written.length);
  message.set(written);
  return message;
}

function writePong(cursor: WriteCursor, path: PathEntry): void {
  const nonce = path.takePong();
  if (nonce !== undefined) writeFrame(cursor, { type: "pong", nonce });
}

function writePing(cursor: WriteCursor, path: PathEntry, nowMs: number): void {
  if (!path.keepalive.isPingDue || cursor.remaining < pingBytes) return;
  writeFrame(cursor, { type: "ping", nonce: path.ping(nowMs) });
}

/** What a path may carry of app streams in its next message: bulk only as far as what is under way allows. */
function shareOf(paths: PathTable, path: PathEntry, nowMs: number): AppShare {
  const share = paths.appShare(path, nowMs);
  if (share === "none" || share === "interactive" || paths.hasBulkRoom(path, nowMs)) return share;
  return share === "all" ? "interactive" : "none";
}

/** Where segments of streams are written: a message of one path. */
interface SegmentPage {
  readonly cursor: WriteCursor;
  readonly path: PathEntry;
  readonly typing: Typing;
  readonly nowMs: number;
}

function writeAppStreams(page: SegmentPage, scheduler: Scheduler, share: AppShare): void {
  while (page.cursor.remaining >= smallestRoomBytes) {
    const stream = scheduler.next(share);
    if (stream === undefined) return;
    scheduler.charge(stream, writeSegment(page, stream));
  }
}

/** Writes one STREAM frame of a stream that wants to; returns the bytes that it took. */
function writeSegment({ cursor, path, typing, nowMs }: SegmentPage, stream: Stream): number {
  const { send, id } = stream;
  const isOpening = stream.state === "opening";
  const start = cursor.position;
  const room = cursor.remaining;
  const header = { id, offset: send.sent, end: false, ...(isOpening ? { kind: stream.kind } : {}) };
  const segment = send.next(room - streamHeaderSize(header, room)) ?? { offset: 0, length: 0, end: false };
  writeStreamHeader(cursor, { ...header, offset: segment.offset, end: segment.end }, segment.length);
  if (segment.length > 0) send.copyTo(cursor.take(segment.length), segment.offset);
  // What goes again says nothing about now.
  if (segment.offset === send.sent) typing.sent(stream, segment.length, nowMs);
  send.markSent(segment);
  stream.openingDue = false;
  path.flights.launch({
    stream,
    from: segment.offset,
    to: virtualEnd(segment),
    sentMs: nowMs,
    isThin: stream.flow !== "bulk",
  });
  return cursor.position - start;
}
