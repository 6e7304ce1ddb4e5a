import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { SimplePeerPath } from "./simple-peer-path.ts";

class FakePeer extends EventEmitter {
  destroyed = false;
  readonly written: Uint8Array[] = [];
  readonly callbacks: (() => void)[] = [];

  write(chunk: Uint8Array, written: () => void): void {
    this.written.push(chunk);
    this.callbacks.push(written);
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

function watched(peer: FakePeer): { path: SimplePeerPath; seen: string[] } {
  const path = new SimplePeerPath(peer);
  const seen: string[] = [];
  path.attach({
    onMessage: (message) => seen.push(`message ${message.join(",")}`),
    onDrain: () => seen.push("drain"),
    onClose: (code) => seen.push(`close ${code}`),
  });
  return { path, seen };
}

describe("SimplePeerPath", () => {
  it("passes messages both ways", () => {
    const peer = new FakePeer();
    const { path, seen } = watched(peer);
    path.send(Uint8Array.of(7));
    peer.emit("data", Buffer.from([1, 2]));
    expect(peer.written).toEqual([Uint8Array.of(7)]);
    expect(seen).toEqual(["message 1,2"]);
  });

  it("counts bytes until the peer took them, and drains at half of its queue", () => {
    const peer = new FakePeer();
    const { path, seen } = watched(peer);
    const message = new Uint8Array(path.maxMessageBytes);
    while (path.bufferedBytes() < path.queueBytes) path.send(message);
    const total = peer.callbacks.length;
    peer.callbacks.slice(0, total / 2 - 1).forEach((written) => {
      written();
    });
    expect(seen).toEqual([]);
    peer.callbacks[total / 2 - 1]?.();
    expect(seen).toEqual(["drain"]);
    expect(path.bufferedBytes()).toBe(path.queueBytes / 2);
  });

  it("tells an error or a close once", () => {
    const peer = new FakePeer();
    const { seen } = watched(peer);
    peer.emit("error", new Error("ICE failed"));
    peer.destroy();
    expect(seen).toEqual(["close path-failed"]);
  });

  it("destroys the peer on its own close and stays silent", () => {
    const peer = new FakePeer();
    const { path, seen } = watched(peer);
    path.close("closed", "done");
    expect(peer.destroyed).toBe(true);
    expect(seen).toEqual([]);
  });
});
