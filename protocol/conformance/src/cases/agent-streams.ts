/** Streams with an agent: idempotence, any order of arrival, and what a broken rule costs. */
import { codes } from "@culvert/protocol";
import { recordTypes } from "@culvert/protocol/http";
import type { Frame } from "@culvert/protocol/wire";
import type { AgentStage } from "../agent-stage.ts";
import { type ConformanceCase, demand } from "../conformance-case.ts";
import { sendRequest, stillServes, wholeAnswer } from "../exchange.ts";
import { joined, record, requestHead } from "../records.ts";
import type { ScriptedTunnel } from "../scripted-tunnel.ts";
import { patternBytes } from "../target-app.ts";
import { openPost, streamFrame } from "./open-post.ts";

const none = new Uint8Array(0);
const canceled = codes.canceled.wire;

/** A broken rule on one stream resets it with protocol-error; the tunnel lives on. */
function resets(what: string, harm: (tunnel: ScriptedTunnel, id: number, offset: number) => void) {
  return async (stage: AgentStage): Promise<void> => {
    const { tunnel } = await stage.open();
    const id = await openPost(tunnel, "/broken-rule");
    harm(tunnel, id, tunnel.stream(id).sent);
    await tunnel.resetWith(what, id, "protocol-error");
    await stillServes(tunnel);
  };
}

/** A frame that cannot be ends the tunnel with protocol-error. */
function ends(what: string, frame: Frame) {
  return async (stage: AgentStage): Promise<void> => {
    const { tunnel } = await stage.open();
    await tunnel.ping();
    tunnel.first.send(frame);
    await tunnel.closedWith(what, "protocol-error");
  };
}

export const streamCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{
      id: "streams.end-acknowledged",
      section: "Streams",
      title: "END has an offset of its own, and an ACK covers it",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = sendRequest(tunnel, "/end");
      const { sent } = tunnel.stream(id);
      await tunnel.until(
        `an ACK of offset ${sent}, one past the ${sent - 1} bytes`,
        () => tunnel.stream(id).acknowledged === sent || undefined,
      );
      await wholeAnswer(tunnel, id);
    },
  },
  {
    ...{ id: "streams.duplicates", section: "Streams", title: "opening, bytes and END that come twice count once" },
    needsApp: true,
    run: async (stage) => {
      const opened = await stage.open();
      const { tunnel } = opened;
      const second = await stage.attach(opened, 2);
      const bytes = joined(
        requestHead("/twice", { method: "POST", hasBody: true }),
        record(recordTypes.data, patternBytes(3_000)),
      );
      const id = tunnel.nextStreamId();
      for (const path of [tunnel.first, second, tunnel.first]) {
        tunnel.write(id, "http", bytes.subarray(0, 500), { offset: 0, path });
        tunnel.write(id, "http", bytes.subarray(400), { offset: 400, end: true, path });
      }
      const { body } = await wholeAnswer(tunnel, id);
      tunnel.write(id, "http", bytes, { offset: 0, end: true });
      await stillServes(tunnel);
      demand(Buffer.from(body).toString() === "POST /twice 3000", `the app answered "${Buffer.from(body)}"`);
      demand(stage.app.seen("/twice").length === 1, `${stage.app.seen("/twice").length} requests reached the app`);
    },
  },
  {
    ...{ id: "streams.any-order", section: "Streams", title: "frames may come in any order, over any path" },
    needsApp: true,
    run: async (stage) => {
      const opened = await stage.open();
      const { tunnel } = opened;
      const second = await stage.attach(opened, 2);
      const body = patternBytes(2_000);
      const head = requestHead("/backwards", { method: "POST", hasBody: true });
      const bytes = joined(head, record(recordTypes.data, body));
      const id = tunnel.nextStreamId();
      const parts = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, index) => index * 100);
      for (const offset of parts.toReversed()) {
        const part = bytes.subarray(offset, offset + 100);
        const path = offset % 200 === 0 ? second : tunnel.first;
        tunnel.write(id, "http", part, { offset, path, end: offset + 100 >= bytes.length });
      }
      const answer = await wholeAnswer(tunnel, id);
      demand(
        Buffer.from(answer.body).toString() === "POST /backwards 2000",
        `the app answered "${Buffer.from(answer.body)}"`,
      );
    },
  },
  {
    ...{ id: "streams.gap-named", section: "Streams", title: "an ACK names what came beyond a gap" },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = await openPost(tunnel, "/gap");
      const from = tunnel.stream(id).sent;
      const bytes = record(recordTypes.data, patternBytes(300));
      tunnel.write(id, "http", bytes.subarray(100, 200), { offset: from + 100 });
      const range = await tunnel.until("an ACK with a range", () => tunnel.stream(id).ranges[0]);
      demand(range.from === from + 100 && range.to === from + 200, `the range is ${range.from} to ${range.to}`);
      tunnel.write(id, "http", bytes, { offset: from, end: true });
      await wholeAnswer(tunnel, id);
    },
  },
  {
    ...{ id: "streams.reset", section: "Streams", title: "RESET gives the request up, and is acknowledged each time" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = sendRequest(tunnel, "/never?reset");
      await tunnel.until("the answer's beginning", () => tunnel.stream(id).bytes.length > 5 || undefined);
      const reset: Frame = { type: "reset", id, kind: "http", code: canceled };
      tunnel.first.send(reset, reset);
      await tunnel.until("RESET-ACK", () => tunnel.stream(id).resetAcks > 0 || undefined);
      const before = tunnel.stream(id).resetAcks;
      tunnel.first.send(reset);
      await tunnel.until("RESET-ACK of a repeated RESET", () => tunnel.stream(id).resetAcks > before || undefined);
      await stage.app.until(
        "the request is given up",
        "/never?reset",
        ({ state }) => state === "aborted",
        stage.patienceMs,
      );
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "streams.late-open", section: "Streams", title: "an opening that comes after its RESET opens nothing" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = tunnel.nextStreamId();
      tunnel.first.send({ type: "reset", id, kind: "http", code: canceled });
      await tunnel.until("RESET-ACK", () => tunnel.stream(id).resetAcks > 0 || undefined);
      tunnel.write(id, "http", requestHead("/late-open"), { end: true });
      await tunnel.ping();
      await stillServes(tunnel);
      demand(stage.app.seen("/late-open").length === 0, "a request that was reset before reached the app");
      demand(tunnel.stream(id).bytes.length === 0, "a stream that was reset before it was opened got an answer");
    },
  },
  {
    ...{ id: "streams.late-frames", section: "Streams", title: "frames of a stream that is over change nothing" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = sendRequest(tunnel, "/over");
      await wholeAnswer(tunnel, id);
      await tunnel.ping();
      tunnel.first.send(
        streamFrame(id, 0, requestHead("/over"), true),
        { type: "window", id, limit: 1_000_000 },
        { type: "ack", id, offset: tunnel.stream(id).offset, ranges: [] },
        { type: "stop", id, code: canceled },
      );
      tunnel.first.send({ type: "reset", id, kind: "http", code: canceled });
      await tunnel.until("RESET-ACK", () => tunnel.stream(id).resetAcks > 0 || undefined);
      await stillServes(tunnel);
      demand(stage.app.seen("/over").length === 1, "a stream that was over reached the app again");
    },
  },
  {
    ...{
      id: "streams.stop",
      section: "Streams",
      title: "STOP ends the answer, is acknowledged each time, and leaves the request alone",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      tunnel.answers.window = false;
      const id = sendRequest(tunnel, "/bytes?n=900000&stop");
      await tunnel.until("some of the answer", () => tunnel.stream(id).bytes.length > 10_000 || undefined);
      tunnel.first.send({ type: "stop", id, code: canceled }, { type: "stop", id, code: canceled });
      await tunnel.until("STOP-ACK", () => tunnel.stream(id).stopAcks > 0 || undefined);
      const before = tunnel.stream(id).stopAcks;
      tunnel.first.send({ type: "stop", id, code: canceled });
      await tunnel.until(
        "an answer to a repeated STOP",
        () => tunnel.stream(id).stopAcks > before || tunnel.stream(id).resets.length > 0 || undefined,
      );
      tunnel.answers.window = true;
      await stillServes(tunnel);
      demand(!tunnel.stream(id).isEnded, "an answer that was stopped came to its END");
    },
  },
  {
    ...{ id: "streams.moved-end", section: "Streams", title: "an END that moves resets the stream" },
    run: resets("an END that moves", (tunnel, id, offset) => {
      tunnel.write(id, "http", none, { offset, end: true });
      tunnel.write(id, "http", none, { offset: offset + 1, end: true });
    }),
  },
  {
    ...{ id: "streams.beyond-end", section: "Streams", title: "bytes after END reset the stream" },
    run: resets("bytes after END", (tunnel, id, offset) => {
      tunnel.write(id, "http", none, { offset, end: true });
      tunnel.write(id, "http", Uint8Array.of(1), { offset });
    }),
  },
  {
    ...{ id: "streams.other-kind", section: "Streams", title: "another kind resets the stream" },
    run: resets("another kind", (tunnel, id, offset) => {
      tunnel.first.send({ type: "stream", id, offset, kind: "tcp", end: false, bytes: none });
    }),
  },
  {
    ...{
      id: "streams.acknowledged-unsent",
      section: "Streams",
      title: "an ACK of what was never sent resets the stream",
    },
    run: resets("an ACK of what was never sent", (tunnel, id) => {
      tunnel.first.send({ type: "ack", id, offset: 1_000_000, ranges: [] });
    }),
  },
  {
    ...{
      id: "streams.id-of-agent",
      section: "Streams",
      title: "a frame about a stream that the agent never opened ends the tunnel",
    },
    run: ends("an ACK of stream 1", { type: "ack", id: 1, offset: 0, ranges: [] }),
  },
  {
    ...{
      id: "streams.credit-for-unopened",
      section: "Streams",
      title: "WINDOW of a stream that was never opened ends the tunnel",
    },
    run: ends("WINDOW of stream 40", { type: "window", id: 40, limit: 10 }),
  },
  {
    ...{ id: "streams.without-kind", section: "Streams", title: "an opening without a kind ends the tunnel" },
    run: ends("an opening without a kind", { type: "stream", id: 2, offset: 0, end: false, bytes: none }),
  },
  {
    ...{ id: "streams.second-control", section: "Streams", title: "a second control stream ends the tunnel" },
    run: ends("a second control stream", {
      type: "stream",
      id: 2,
      offset: 0,
      kind: "control",
      end: false,
      bytes: none,
    }),
  },
];
