import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import type { InspectedBatch, InspectedRequest } from "../inspector-api.ts";
import { ExchangeLog } from "./exchange-log.ts";

type Batch = Omit<InspectedBatch, "loopbackPort">;

function setUp() {
  const clock = createFakeClock();
  const figures: object[] = [];
  const log = new ExchangeLog({ clock, wallMs: () => 1_000, onFigures: (told) => figures.push(told) });
  const batches: Batch[] = [];
  const watch = () => log.watch((batch) => batches.push(batch));
  const get = (path = "/") => log.begin({ kind: "http", method: "GET", path, destination: "" });
  /** Lines as a page has them after all batches. */
  const lines = () => {
    const byId = new Map<number, InspectedRequest>();
    for (const request of batches.flatMap(({ requests }) => requests)) byId.set(request.id, request);
    return [...byId.values()];
  };
  return { clock, log, batches, watch, get, lines, figures };
}

const answer = { status: 200, headers: [["Content-Type", "application/json; charset=utf-8"]] as [string, string][] };

describe("ExchangeLog", () => {
  it("tells what was before somebody looked, and then what changes", async () => {
    const { clock, watch, get, batches, lines } = setUp();
    const first = get("/a?token=hidden&x=1");
    await clock.advance(3);
    first.sent([["Accept", "*/*"]], false);
    await clock.advance(40);
    watch();
    expect(batches[0]).toMatchObject({ oldestId: 1, keepsBodies: false });
    expect(lines()).toMatchObject([{ id: 1, path: "/a?token=‹masked›&x=1", queueMs: 3, headMs: null, atMs: 1_000 }]);
    first.answered({ ...answer, targetMs: 31 });
    first.answerBytes(new Uint8Array(70));
    await clock.advance(7);
    first.end();
    expect(batches).toHaveLength(1);
    await clock.advance(100);
    expect(batches).toHaveLength(2);
    expect(lines()).toMatchObject([
      { status: 200, contentType: "application/json", headMs: 43, targetMs: 31, totalMs: 50, answerBytes: 70 },
    ]);
  });

  it("tells nothing to nobody, and nothing twice", async () => {
    const { clock, log, watch, get, batches } = setUp();
    watch();
    log.watch(undefined);
    get();
    await clock.advance(1_000);
    expect(batches).toHaveLength(1);
    watch();
    expect(batches[1]?.requests).toHaveLength(1);
    await clock.advance(1_000);
    expect(batches).toHaveLength(2);
  });

  it("holds 2,000 lines until somebody looks, and 100,000 from then on, told in parts", async () => {
    const { clock, watch, get, batches, lines } = setUp();
    for (let count = 0; count < 2_010; count += 1) get().end();
    watch();
    expect(batches[0]).toMatchObject({ oldestId: 11 });
    for (let count = 0; count < 98_010; count += 1) get().end();
    await clock.advance(3_000);
    expect(batches.at(-1)).toMatchObject({ oldestId: 21 });
    expect(Math.max(...batches.map(({ requests }) => requests.length))).toBe(5_000);
    expect(lines().at(-1)?.id).toBe(100_020);
  });

  it("lets go of heads beyond its bytes, finished requests first, and keeps their lines", () => {
    const { log, watch, get, lines, batches } = setUp();
    const socket = log.begin({ kind: "websocket", method: "GET", path: "/ws", destination: "websocket" });
    const heavy: [string, string][] = [["X-Large", "x".repeat(60_000)]];
    for (let count = 0; count < 100; count += 1) {
      const record = get();
      record.sent(heavy, false);
      record.end();
    }
    expect(socket.kept).toBeDefined();
    expect(log.find(2)?.kept).toBeUndefined();
    expect(log.find(101)?.kept?.requestHeaders).toEqual(heavy);
    const keptBytes = [...Array(101).keys()].reduce((sum, at) => sum + (log.find(at + 1)?.kept?.sizeBytes ?? 0), 0);
    expect(keptBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(keptBytes).toBeGreaterThan(3 * 1024 * 1024);
    watch();
    expect(lines()).toHaveLength(101);
    expect(batches[0]?.oldestId).toBe(1);
  });

  it("keeps bodies while they are wanted, from their first byte or not at all", () => {
    const { log, get } = setUp();
    const before = get();
    before.answerBytes(Uint8Array.of(1));
    log.keepBodies(true);
    before.answerBytes(Uint8Array.of(2));
    const record = get();
    record.answerBytes(Uint8Array.of(3, 4));
    expect(before.kept?.answerBody).toMatchObject({ keptBytes: 0, sizeBytes: 2 });
    expect([...(record.kept?.answerBody.bytes() ?? [])]).toEqual([3, 4]);
    record.answerBytes(new Uint8Array(300 * 1024));
    expect(record.kept?.answerBody).toMatchObject({ keptBytes: 256 * 1024, isWhole: false });
    const held = record.kept?.sizeBytes ?? 0;
    log.keepBodies(false);
    expect(record.kept?.answerBody).toMatchObject({ keptBytes: 0, sizeBytes: 300 * 1024 + 2 });
    expect(record.kept?.sizeBytes).toBe(held - 256 * 1024);
  });

  it("keeps the latest messages of a socket while somebody looks, their texts where bodies are wanted", () => {
    const { log, watch } = setUp();
    const socket = log.begin({ kind: "websocket", method: "GET", path: "/ws", destination: "websocket" });
    const say = (text: string) =>
      socket.message({ direction: "received", type: "text", sizeBytes: text.length, label: "", text });
    say("unseen");
    watch();
    say("without text");
    log.keepBodies(true);
    for (let count = 0; count < 1_100; count += 1) say(`message ${count}`);
    const frames = socket.kept?.frames ?? [];
    expect(frames).toHaveLength(1_000);
    expect(frames.at(-1)).toMatchObject({ index: 1_101, text: "message 1099", direction: "received" });
    expect(socket.row).toMatchObject({ frames: 1_101, requestBytes: 0 });
    expect(socket.row.answerBytes).toBeGreaterThan(1_100 * 9);
    log.keepBodies(false);
    expect(socket.kept?.frames.every(({ text }) => text === null)).toBe(true);
  });

  it("reads events as they come, however they are cut", () => {
    const { log, watch, get } = setUp();
    watch();
    log.keepBodies(true);
    const record = get("/events");
    record.answered({ status: 200, headers: [["Content-Type", "text/event-stream"]] });
    const bytes = new TextEncoder().encode('id: 7\nevent: tick\ndata: {"größe":1}\n\n: comment\n\ndata: x\n\n');
    for (const byte of bytes) record.answerBytes(Uint8Array.of(byte));
    expect(record.row).toMatchObject({ kind: "events", frames: 2 });
    expect(record.kept?.frames).toMatchObject([
      { type: "event", label: "tick #7", text: '{"größe":1}', sizeBytes: 13 },
      { type: "event", label: "message", text: "x" },
    ]);
  });

  it("forgets when it is told to, and what still runs does not come back", async () => {
    const { clock, log, watch, get, batches } = setUp();
    watch();
    const running = get();
    log.clear();
    running.answered(answer);
    get("/new");
    await clock.advance(100);
    expect(batches.at(-1)).toMatchObject({ oldestId: 2, requests: [{ id: 2, path: "/new" }] });
    expect(log.find(1)).toBeUndefined();
    expect(running.kept).toBeUndefined();
  });

  it("says why there is no answer, and by which rule", () => {
    const { get } = setUp();
    const record = get("/admin");
    record.failed({ code: "policy", message: "This service does not allow that path.", hint: "The rule: deny." });
    record.end();
    record.failed({ code: "canceled", message: "later", hint: "" });
    expect(record.row).toMatchObject({ code: "policy", hint: "The rule: deny.", status: null });
  });

  it("cuts the texts of a line, and keeps the whole path with what is kept", () => {
    const { log } = setUp();
    const long = "x".repeat(10_000);
    const record = log.begin({ kind: "http", method: "GET", path: `/${long}`, destination: "" });
    record.answered({ status: 200, headers: [["Content-Type", long]] });
    record.failed({ code: "policy", message: long, hint: long });
    const { path, contentType, message, hint } = record.row;
    for (const text of [path, contentType, message, hint]) expect(text).toMatch(/^\/?x{500,511}…$/);
    expect(record.kept?.path).toBe(`/${long}`);
    expect(record.kept?.sizeBytes).toBeGreaterThan(10_000);
    expect(log.begin({ kind: "http", method: "GET", path: "/".repeat(512), destination: "" }).row.path).toHaveLength(
      512,
    );
  });

  it("counts what is under way", async () => {
    const { clock, log, get, figures } = setUp();
    const record = get();
    log.begin({ kind: "websocket", method: "GET", path: "/ws", destination: "websocket" });
    await clock.advance(500);
    record.end();
    await clock.advance(500);
    expect(figures).toEqual([
      { requests: 1, webSockets: 1, eventStreams: 0, soFar: 2 },
      { requests: 0, webSockets: 1, eventStreams: 0, soFar: 2 },
    ]);
  });
});
