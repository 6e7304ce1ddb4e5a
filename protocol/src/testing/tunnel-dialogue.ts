/** A tunnel core under test as a dialogue: frames in, frames and events out, in virtual time. */
import type { PathOptions } from "../tunnel/path-entry.ts";
import { Tunnel, type TunnelOptions } from "../tunnel/tunnel.ts";
import { decodeMessage, frameSize, writeFrame } from "../wire/codec.ts";
import { WriteCursor } from "../wire/cursor.ts";
import { explainFrame } from "../wire/explain.ts";
import type { Frame } from "../wire/frame.ts";

/** One message of the frames, as a peer would send it. */
export function messageOf(...frames: readonly Frame[]): Uint8Array {
  const cursor = new WriteCursor(new Uint8Array(frames.reduce((sum, frame) => sum + frameSize(frame), 0)));
  for (const frame of frames) writeFrame(cursor, frame);
  return cursor.written();
}

/** What a tunnel says and does, as short lines. Heartbeats are answered and left out unless `showsHeartbeats`. */
export class TunnelDialogue {
  readonly tunnel: Tunnel;
  nowMs = 0;
  showsHeartbeats = false;

  constructor(options: Omit<TunnelOptions, "nowMs">) {
    this.tunnel = new Tunnel({ ...options, nowMs: 0 });
  }

  /** Adds a path with much room. */
  addPath(pathId: number, options: Partial<PathOptions> = {}): void {
    this.tunnel.addPath(
      { pathId, kind: "direct", carriesApp: true, maxPlaintextBytes: 16_000, ...options },
      this.nowMs,
    );
    this.tunnel.setPathRoom(pathId, 1_000_000);
  }

  /** The peer sends one message of these frames. */
  receive(pathId: number, ...frames: readonly Frame[]): void {
    this.tunnel.receive(pathId, messageOf(...frames), this.nowMs);
  }

  /** Time passes, with every deadline kept. */
  advance(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    for (let dueMs = this.tunnel.deadlineMs(); dueMs <= untilMs; dueMs = this.tunnel.deadlineMs()) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.tunnel.tick(this.nowMs);
      if (this.tunnel.deadlineMs() <= this.nowMs) break;
    }
    this.nowMs = untilMs;
    this.tunnel.tick(untilMs);
  }

  /** Frames that go out now: `path: line` for each. */
  sent(): string[] {
    const lines: string[] = [];
    for (const { pathId, message } of this.tunnel.takeMessages(this.nowMs)) {
      for (const frame of decodeMessage(message)) {
        const isHeartbeat = frame.type === "ping" || frame.type === "pong";
        if (frame.type === "ping" && !this.showsHeartbeats) this.receive(pathId, { type: "pong", nonce: frame.nonce });
        if (!isHeartbeat || this.showsHeartbeats) lines.push(`${pathId}: ${explainFrame(frame)}`);
      }
    }
    return lines;
  }

  /** Events since the last call, without round trips and doubts. */
  events(): string[] {
    const events = this.tunnel.takeEvents().filter(({ type }) => type !== "path-rtt" && type !== "path-trust");
    return events.map((event) => {
      if ("error" in event) return `${event.type}${"id" in event ? ` ${event.id}` : ""} ${event.error.code}`;
      if ("loss" in event) return `${event.type} ${event.pathId} ${event.loss.code} ${event.loss.origin}`;
      if ("id" in event) return `${event.type} ${event.id}`;
      return "pathId" in event ? `${event.type} ${event.pathId}` : event.type;
    });
  }
}

/** Bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
