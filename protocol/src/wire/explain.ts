/** Frames as log lines. Invariant: no byte of a stream and no text of the peer appears in them. */
import { codeFromWire } from "../codes.ts";
import type { Frame } from "./frame.ts";

/** One line for a frame, such as `STREAM 4 @65536 +16384 END http`. Payload is shown by its size only. */
export function explainFrame(frame: Frame): string {
  switch (frame.type) {
    case "stream": {
      const parts = [`STREAM ${frame.id} @${frame.offset} +${frame.bytes.length}`];
      if (frame.end) parts.push("END");
      if (frame.kind !== undefined) parts.push(frame.kind);
      return parts.join(" ");
    }
    case "ping":
    case "pong":
      return `${frame.type.toUpperCase()} ${frame.nonce}`;
    case "ack": {
      const ranges = frame.ranges.map(({ from, to }) => ` [${from}, ${to})`).join("");
      return `ACK ${frame.id} @${frame.offset}${ranges}`;
    }
    case "window":
      return `WINDOW ${frame.id} ≤${frame.limit}`;
    case "streams":
      return `STREAMS ≤${frame.limit}`;
    case "reset":
      return `RESET ${frame.id} ${codeFromWire(frame.code)} ${frame.kind}`;
    case "stop":
      return `STOP ${frame.id} ${codeFromWire(frame.code)}`;
    case "reset-ack":
    case "stop-ack":
      return `${frame.type.toUpperCase()} ${frame.id}`;
    case "path-abandoned":
      return `PATH-ABANDONED ${frame.pathId} ${codeFromWire(frame.code)}`;
    case "drain":
      return "DRAIN";
    case "close":
      return `CLOSE ${codeFromWire(frame.code)}`;
  }
}

/** One line for the frames of a message. */
export function explainFrames(frames: readonly Frame[]): string {
  return frames.map(explainFrame).join("; ");
}
