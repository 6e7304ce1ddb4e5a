/** Dialogues about paths: life signs, death, what is sent again, and what may go where. Code 0x17 is timeout. */
import { describe, expect, it } from "vitest";
import { ascii, TunnelDialogue } from "../testing/tunnel-dialogue.ts";

function viewerOn(...pathIds: number[]): TunnelDialogue {
  const viewer = new TunnelDialogue({ role: "viewer" });
  for (const pathId of pathIds) viewer.addPath(pathId);
  viewer.sent();
  viewer.events();
  return viewer;
}

const relay = { kind: "relay", carriesApp: false } as const;

describe("life signs", () => {
  it("pings right after a path comes, then every 20 s while nothing is under way", () => {
    const viewer = new TunnelDialogue({ role: "viewer" });
    viewer.showsHeartbeats = true;
    viewer.addPath(1);
    expect(viewer.sent()).toEqual(["1: PING 1"]);
    viewer.nowMs = 40;
    viewer.receive(1, { type: "pong", nonce: 1 });
    expect(viewer.tunnel.pathHealth(1, 40).rttMs).toBe(40);
    viewer.advance(19_900);
    expect(viewer.sent()).toEqual([]);
    viewer.advance(100);
    expect(viewer.sent()).toEqual(["1: PING 2"]);
  });

  it("pings every 2 s while bytes wait for an acknowledgement", () => {
    const viewer = viewerOn(1);
    viewer.showsHeartbeats = true;
    viewer.tunnel.openStream("http", 0);
    viewer.sent();
    viewer.advance(2_000);
    expect(viewer.sent()).toEqual(["1: PING 2"]);
  });

  it("answers a ping with its number", () => {
    const viewer = viewerOn(1);
    viewer.showsHeartbeats = true;
    viewer.receive(1, { type: "ping", nonce: 77 });
    expect(viewer.sent()).toEqual(["1: PONG 77"]);
  });

  it("gives a path up 5 s after the last sign of life, and tells the peer on another", () => {
    const viewer = viewerOn(1, 2);
    viewer.showsHeartbeats = true;
    viewer.tunnel.openStream("http", 0);
    expect(viewer.sent()).toEqual(["2: STREAM 2 @0 +0 http"]);
    viewer.advance(3_000);
    expect(viewer.sent(), "what it carried goes again").toContain("1: STREAM 2 @0 +0 http");
    viewer.receive(1, { type: "ack", id: 2, offset: 0, ranges: [] }, { type: "pong", nonce: 2 });
    viewer.advance(2_000);
    expect(viewer.events()).toEqual(["path-down 2 timeout local"]);
    expect(viewer.sent()).toContain("1: PATH-ABANDONED 2 timeout");
  });

  it("asks once more after a sleep before it gives a path up", () => {
    const viewer = viewerOn(1);
    viewer.tunnel.openStream("http", 0);
    viewer.sent();
    viewer.tunnel.tick(3_600_000);
    viewer.nowMs = 3_600_000;
    expect(viewer.events(), "an hour without a tick proves nothing").toEqual([]);
    viewer.showsHeartbeats = true;
    expect(viewer.sent()[0]).toBe("1: PING 2");
    viewer.advance(30_000);
    expect(viewer.events()).toEqual(["path-down 1 timeout local", "detached"]);
  });

  it("counts a path that takes nothing any more as silent", () => {
    const viewer = viewerOn(1);
    viewer.tunnel.setPathRoom(1, 0);
    viewer.advance(20_000 + 30_000);
    expect(viewer.events()).toEqual(["path-down 1 timeout local", "detached"]);
  });

  it("leaves the last path that carries app streams 30 s, since SCTP may back off for longer than 5 s", () => {
    const viewer = new TunnelDialogue({ role: "viewer" });
    viewer.addPath(1, relay);
    viewer.addPath(2);
    viewer.tunnel.openStream("http", 0);
    viewer.sent();
    viewer.events();
    viewer.advance(29_000);
    expect(viewer.events(), "doubted, not given up").toEqual([]);
    expect(viewer.tunnel.pathHealth(2, viewer.nowMs).isSuspect).toBe(true);
    viewer.receive(2, { type: "ack", id: 2, offset: 0, ranges: [] });
    expect(viewer.tunnel.pathHealth(2, viewer.nowMs).isSuspect, "slow, not dead").toBe(false);
  });

  it("does not give a path up whose bytes are acknowledged, wherever that is told", () => {
    const viewer = viewerOn(1, 2);
    const id = viewer.tunnel.openStream("http", 0);
    viewer.tunnel.write(id, ascii("abcdefgh"));
    viewer.sent();
    viewer.showsHeartbeats = true;
    for (let offset = 1; offset <= 8; offset++) {
      viewer.advance(1_000);
      viewer.sent();
      viewer.receive(2, { type: "ack", id, offset, ranges: [] });
    }
    expect(viewer.events().filter((line) => line.startsWith("path-down"))).toEqual([]);
  });

  it("asks a path that brought bytes and then nothing, as soon as its silence is long", () => {
    const agent = new TunnelDialogue({ role: "agent" });
    agent.addPath(1);
    agent.sent();
    agent.receive(1, { type: "pong", nonce: 1 });
    agent.receive(1, { type: "stream", id: 2, offset: 0, kind: "http", end: false, bytes: ascii("x") });
    agent.sent();
    agent.showsHeartbeats = true;
    agent.advance(299);
    expect(agent.sent().filter((line) => line.includes("PING"))).toEqual([]);
    agent.advance(1);
    expect(agent.sent()).toEqual(["1: PING 2"]);
    agent.advance(300);
    expect(agent.tunnel.pathHealth(1, agent.nowMs).isSuspect, "no answer").toBe(true);
  });

  it("does not doubt a path for a PONG that waits behind bulk", () => {
    const agent = new TunnelDialogue({ role: "agent" });
    agent.showsHeartbeats = true;
    agent.addPath(1);
    agent.sent();
    for (let offset = 0; offset < 20; offset++) {
      const opening = offset === 0 ? ({ kind: "http" } as const) : {};
      agent.receive(1, { type: "stream", id: 2, offset, end: false, bytes: ascii("x"), ...opening });
      agent.sent();
      agent.advance(250);
      expect(agent.tunnel.pathHealth(1, agent.nowMs).isSuspect).toBe(false);
    }
  });

  it("takes the peer's word that nothing moves on a path, until it answers", () => {
    const viewer = viewerOn(1, 2);
    viewer.showsHeartbeats = true;
    viewer.receive(1, { type: "pong", nonce: 1 });
    viewer.tunnel.doubtPath(1, 0);
    expect(viewer.tunnel.pathHealth(1, 0).isSuspect).toBe(true);
    expect(viewer.sent()).toContain("1: PING 2");
    viewer.receive(1, { type: "pong", nonce: 2 });
    expect(viewer.tunnel.pathHealth(1, 0).isSuspect).toBe(false);
  });
});

describe("the loss of a path", () => {
  it("sends again what was not acknowledged, and nothing else", () => {
    const viewer = viewerOn(1, 2);
    const id = viewer.tunnel.openStream("http", 0);
    viewer.tunnel.write(id, ascii("0123456789"));
    viewer.tunnel.end(id);
    viewer.sent();
    viewer.receive(1, { type: "ack", id, offset: 4, ranges: [{ from: 6, to: 8 }] });
    viewer.tunnel.removePath(2, "network", "gone", 0);
    const lines = viewer.sent().filter((line) => line.includes("STREAM "));
    expect(lines).toEqual(["1: STREAM 2 @4 +2", "1: STREAM 2 @8 +2 END"]);
  });

  it("tells acknowledgements, windows and STREAMS again, and RESET and STOP until they are acknowledged", () => {
    const viewer = viewerOn(1, 2);
    const [kept, reset, stopped] = [0, 0, 0].map(() => viewer.tunnel.openStream("http", 0));
    viewer.sent();
    for (const id of [kept, reset, stopped]) viewer.receive(1, { type: "ack", id: id ?? 0, offset: 0, ranges: [] });
    viewer.tunnel.reset(reset ?? 0, "canceled");
    viewer.tunnel.stop(stopped ?? 0, "canceled");
    viewer.sent();
    viewer.tunnel.removePath(1, "network", "gone", 0);
    const lines = viewer.sent();
    for (const line of ["STREAMS ≤100", "RESET 4 canceled http", "STOP 6 canceled", "ACK 2 @0", "WINDOW 2 ≤262144"]) {
      expect(lines).toContain(`2: ${line}`);
    }
  });

  it("repeats the last ACK of a stream that is over here, because nobody else would", () => {
    const agent = new TunnelDialogue({ role: "agent" });
    agent.addPath(1);
    agent.addPath(2);
    agent.sent();
    agent.receive(1, { type: "stream", id: 2, offset: 0, kind: "http", end: true, bytes: ascii("x") });
    agent.tunnel.end(2);
    agent.sent();
    agent.receive(1, { type: "ack", id: 2, offset: 1, ranges: [] });
    agent.tunnel.read(2);
    agent.tunnel.read(2);
    expect(agent.tunnel.streamCount).toBe(0);
    agent.tunnel.removePath(1, "network", "gone", 0);
    expect(agent.sent()).toContain("2: ACK 2 @2");
  });

  it("keeps everything while no path is left, and goes on when one comes", () => {
    const viewer = viewerOn(1);
    const id = viewer.tunnel.openStream("tcp", 0);
    viewer.tunnel.write(id, ascii("abc"));
    viewer.sent();
    viewer.tunnel.removePath(1, "network", "gone", 0);
    expect(viewer.events()).toEqual(["path-down 1 network local", "detached"]);
    viewer.advance(119_000);
    viewer.addPath(2);
    expect(viewer.events()).toEqual(["attached", "path-up 2", "app-ready"]);
    expect(viewer.sent()).toContain("2: STREAM 2 @0 +3 tcp");
  });

  it("closes the tunnel after the grace time without a path", () => {
    const viewer = viewerOn(1);
    viewer.tunnel.removePath(1, "network", "gone", 0);
    viewer.advance(120_000);
    expect(viewer.events().at(-1)).toBe("closed network");
    expect(viewer.tunnel.deadlineMs(), "nothing is waited for after the end").toBe(Number.POSITIVE_INFINITY);
  });

  it("believes the peer that gave a path up, and does not tell it back", () => {
    const viewer = viewerOn(1, 2);
    viewer.receive(2, { type: "path-abandoned", pathId: 1, code: 0x17 });
    expect(viewer.events()).toEqual(["path-down 1 timeout remote"]);
    expect(viewer.sent().join()).not.toContain("PATH-ABANDONED");
  });

  it("never takes a path id twice", () => {
    const viewer = viewerOn(1);
    viewer.tunnel.removePath(1, "network", "gone", 0);
    expect(() => viewer.addPath(1)).toThrow(expect.objectContaining({ code: "already-used", scope: "path" }));
  });
});

describe("which frames go where", () => {
  it("moves everything but life signs to the better kind of path", () => {
    const viewer = new TunnelDialogue({ role: "viewer" });
    viewer.addPath(1, { kind: "relay", carriesApp: true });
    const id = viewer.tunnel.openStream("http", 0);
    expect(viewer.sent()).toEqual(["1: STREAM 2 @0 +0 http"]);
    viewer.addPath(2, { kind: "direct" });
    viewer.tunnel.write(id, ascii("a"));
    viewer.tunnel.write(0, ascii("control"));
    expect(viewer.sent()).toEqual(["2: STREAM 0 @0 +7", "2: STREAM 2 @0 +1 http"]);
  });

  it("keeps app streams off a relay that may carry the control stream only", () => {
    const viewer = new TunnelDialogue({ role: "viewer" });
    viewer.addPath(1, relay);
    viewer.tunnel.write(0, ascii("offer"));
    viewer.tunnel.openStream("http", 0);
    expect(viewer.sent()).toEqual(["1: STREAM 0 @0 +5"]);
    expect(viewer.events(), "app streams may not start yet").toEqual(["attached", "path-up 1"]);
    viewer.addPath(2);
    expect(viewer.events()).toEqual(["path-up 2", "app-ready"]);
    expect(viewer.sent()).toEqual(["2: STREAM 2 @0 +0 http"]);
  });

  it("fails waiting app streams with no-direct-path after 15 s, and the tunnel lives on", () => {
    const viewer = new TunnelDialogue({ role: "viewer" });
    viewer.addPath(1, relay);
    viewer.tunnel.openStream("http", 0);
    viewer.sent();
    viewer.advance(14_999);
    viewer.events();
    viewer.advance(1);
    expect(viewer.events()).toEqual(["stream-failed 2 no-direct-path", "no-direct-path"]);
    expect(viewer.sent()).toEqual(["1: RESET 2 no-direct-path http"]);
    expect(viewer.tunnel.phase).toBe("attached");
  });

  it("serves a thin stream before bulk that came first", () => {
    const viewer = viewerOn(1);
    const bulk = viewer.tunnel.openStream("http", 0);
    viewer.tunnel.write(bulk, new Uint8Array(200_000));
    viewer.tunnel.setPathRoom(1, 40_000);
    viewer.sent();
    const thin = viewer.tunnel.openStream("websocket", 0);
    viewer.tunnel.write(thin, ascii("key"));
    viewer.tunnel.setPathRoom(1, 1);
    expect(viewer.sent()[0]).toBe("1: STREAM 4 @0 +3 websocket");
  });

  it("gives bulk its share while thin streams keep coming", () => {
    const viewer = viewerOn(1);
    const bulk = viewer.tunnel.openStream("http", 0);
    viewer.tunnel.write(bulk, new Uint8Array(250_000));
    viewer.sent();
    viewer.receive(1, { type: "window", id: bulk, limit: 10_000_000 });
    viewer.tunnel.write(bulk, new Uint8Array(250_000));
    let bulkMessages = 0;
    for (let turn = 0; turn < 60; turn++) {
      viewer.tunnel.write(viewer.tunnel.openStream("http", 0), new Uint8Array(15_000));
      viewer.tunnel.setPathRoom(1, 1);
      if (viewer.sent().some((line) => line.startsWith("1: STREAM 2 "))) bulkMessages += 1;
    }
    expect(bulkMessages).toBeGreaterThanOrEqual(5);
  });
});
