/** Streams and flow with a viewer. */
import { codes, limits } from "@culvert/protocol";
import { recordTypes } from "@culvert/protocol/http";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import { joined, objectRecord, record } from "../records.ts";
import type { ScriptedTunnel } from "../scripted-tunnel.ts";
import { patternBytes } from "../target-app.ts";
import { answerOf, grantedLimits, type ViewerStage } from "../viewer-stage.ts";

/** An upload that waits for its answer; a broken rule on it resets the stream with protocol-error. */
function resets(what: string, harm: (tunnel: ScriptedTunnel, id: number) => void) {
  return async (stage: ViewerStage): Promise<void> => {
    // The upload waits for credit, so that both directions are open.
    const { tunnel } = await stage.open(["POST /broken-rule 3000000"]);
    tunnel.answers.window = false;
    const id = await stage.request(tunnel, "/broken-rule");
    harm(tunnel, id);
    await tunnel.resetWith(what, id, "protocol-error");
  };
}

const none = new Uint8Array(0);
const begun = joined(
  objectRecord(recordTypes.head, { status: 200, statusText: "", headers: [] }),
  record(recordTypes.data, patternBytes(100), 10_000_000),
);

export const viewerStreamCases: readonly ConformanceCase<ViewerStage>[] = [
  {
    ...{ id: "streams.ids", section: "Streams", title: "its streams are 2, 4, 6 …, each begins with its kind" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /one", "GET /two", "GET /three"]);
      for (const path of ["/one", "/two", "/three"]) await stage.request(tunnel, path);
      const ids = [...tunnel.streams.keys()].filter((id) => id !== 0).sort((one, other) => one - other);
      demand(ids.join() === "2,4,6,8", `the streams are ${ids.join()}, expected 2, 4, 6 and 8`);
      demand(
        ids.every((id) => tunnel.stream(id).kind === "http"),
        "a request's stream is not of kind http",
      );
    },
  },
  {
    ...{ id: "streams.end-acknowledged", section: "Streams", title: "an ACK covers END, one past the last byte" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /end"]);
      const id = await stage.request(tunnel, "/end");
      tunnel.write(id, "http", answerOf(200, patternBytes(100)), { end: true });
      const { sent } = tunnel.stream(id);
      await tunnel.until(`an ACK of offset ${sent}`, () => tunnel.stream(id).acknowledged === sent || undefined);
    },
  },
  {
    ...{
      id: "streams.duplicates",
      section: "Streams",
      title: "bytes and END that come twice or in any order count once",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /twice"]);
      const id = await stage.request(tunnel, "/twice");
      const bytes = answerOf(200, patternBytes(1_000));
      tunnel.write(id, "http", bytes.subarray(500), { offset: 500, end: true });
      tunnel.write(id, "http", bytes.subarray(200), { offset: 200, end: true });
      tunnel.write(id, "http", bytes.subarray(0, 600), { offset: 0 });
      tunnel.write(id, "http", bytes, { offset: 0, end: true });
      const { sent } = tunnel.stream(id);
      await tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === sent || undefined);
      await tunnel.ping();
      demand(tunnel.stream(id).resets.length === 0, "repeated frames were taken for a fault");
    },
  },
  {
    ...{ id: "streams.reset", section: "Streams", title: "RESET is acknowledged each time, and the tunnel lives on" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /reset"]);
      const id = await stage.request(tunnel, "/reset");
      const reset = { type: "reset", id, kind: "http", code: codes["target-aborted"].wire } as const;
      tunnel.first.send(reset, reset);
      await tunnel.until("RESET-ACK", () => tunnel.stream(id).resetAcks > 0 || undefined);
      const before = tunnel.stream(id).resetAcks;
      tunnel.first.send(reset);
      await tunnel.until("RESET-ACK of a repeated RESET", () => tunnel.stream(id).resetAcks > before || undefined);
      await tunnel.ping();
    },
  },
  {
    ...{ id: "streams.stop", section: "Streams", title: "STOP ends its upload and is acknowledged" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["POST /stopped 3000000"]);
      const id = await stage.request(tunnel, "/stopped");
      tunnel.first.send({ type: "stop", id, code: codes.canceled.wire });
      await tunnel.until("STOP-ACK", () => tunnel.stream(id).stopAcks > 0 || undefined);
      tunnel.write(id, "http", answerOf(413, none), { end: true });
      await tunnel.ping();
      demand(!tunnel.stream(id).isEnded || tunnel.stream(id).bytes.length < 3_000_000, "the upload went on after STOP");
    },
  },
  {
    ...{ id: "streams.beyond-end", section: "Streams", title: "bytes after END reset the stream" },
    run: resets("bytes after END", (tunnel, id) => {
      tunnel.write(id, "http", begun.subarray(0, 20), { end: true });
      tunnel.write(id, "http", begun.subarray(20), { offset: 20 });
    }),
  },
  {
    ...{ id: "streams.other-kind", section: "Streams", title: "another kind resets the stream" },
    run: resets("another kind", (tunnel, id) => {
      tunnel.write(id, "tcp", none);
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
    ...{ id: "streams.beyond-window", section: "Streams", title: "a byte beyond its window resets the stream" },
    run: resets("a byte beyond the window", (tunnel, id) => {
      tunnel.write(id, "http", Uint8Array.of(1), { offset: limits.initialWindowBytes });
    }),
  },
  {
    ...{
      id: "streams.unopened",
      section: "Streams",
      title: "a frame about a stream that it never opened ends the tunnel",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open([]);
      tunnel.first.send({ type: "ack", id: 400, offset: 0, ranges: [] });
      await tunnel.closedWith("an ACK of stream 400", "protocol-error");
    },
  },
  ...(["ends", "resets", "stops"] as const).map((what) => ({
    ...({
      id: `control.${what}`,
      section: "Streams",
      title: `an agent that ${what} the control stream loses the tunnel`,
    } as const),
    run: async (stage: ViewerStage) => {
      const { tunnel } = await stage.open([]);
      const code = codes.canceled.wire;
      if (what === "ends") tunnel.write(0, "control", none, { end: true });
      else if (what === "resets") tunnel.first.send({ type: "reset", id: 0, kind: "control", code });
      else tunnel.first.send({ type: "stop", id: 0, code });
      await tunnel.closedWith(`an agent that ${what} stream 0`, "protocol-error");
    },
  })),
  {
    ...{
      id: "flow.keeps-window",
      section: "Streams",
      title: "it sends nothing beyond the window, and goes on when it rises",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open(["POST /window 600000"]);
      tunnel.answers.window = false;
      const id = await stage.request(tunnel, "/window");
      const stream = tunnel.stream(id);
      await tunnel.until("a full window", () => stream.bytes.length === limits.initialWindowBytes || undefined);
      tunnel.first.send({ type: "window", id, limit: 10 });
      await tunnel.ping();
      stream.granted = 700_000;
      tunnel.first.send({ type: "window", id, limit: stream.granted }, { type: "window", id, limit: 100 });
      await tunnel.until("END of the upload", () => stream.isEnded || undefined);
      demand(stream.bytes.length > 600_000, "the upload is shorter than its script says");
    },
  },
  {
    ...{
      id: "flow.keeps-streams",
      section: "Streams",
      title: "it opens no stream beyond STREAMS until the limit rises",
    },
    run: async (stage) => {
      const granted = { ...grantedLimits, streams: 3 };
      const { tunnel } = await stage.open(["GET /a", "GET /b", "GET /c", "GET /d"], granted);
      await tunnel.until(
        "three streams",
        () => (tunnel.streams.size >= 3 && tunnel.stream(6).bytes.length > 0) || undefined,
      );
      await tunnel.ping();
      const beyond = [...tunnel.streams.keys()].find((id) => id > 6);
      if (beyond !== undefined) throw new ConformanceFailure(`stream ${beyond} was opened, 3 were allowed`);
      tunnel.first.send({ type: "streams", limit: 10 }, { type: "streams", limit: 1 });
      for (const path of ["/a", "/b", "/c", "/d"]) await stage.request(tunnel, path);
    },
  },
  {
    ...{ id: "flow.credit", section: "Streams", title: "it gives credit as its reader takes bytes" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /much"]);
      const id = await stage.request(tunnel, "/much");
      const stream = tunnel.stream(id);
      const bytes = answerOf(200, patternBytes(1_500_000));
      while (stream.sent < bytes.length) {
        const end = Math.min(stream.limit, stream.sent + 32_000, bytes.length);
        tunnel.write(id, "http", bytes.subarray(stream.sent, end), { end: end === bytes.length });
        if (stream.sent < bytes.length) await tunnel.until("credit", () => stream.limit > stream.sent || undefined);
      }
      await tunnel.until("an ACK of END", () => stream.acknowledged === stream.sent || undefined);
    },
  },
];
