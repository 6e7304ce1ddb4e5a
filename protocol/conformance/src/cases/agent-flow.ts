/** Flow with an agent: windows, credit, STREAMS and the limits that a peer can notice. */
import { codes, limits } from "@culvert/protocol";
import { recordTypes } from "@culvert/protocol/http";
import type { AgentStage } from "../agent-stage.ts";
import { type ConformanceCase, demand } from "../conformance-case.ts";
import { exchange, sendRequest, stillServes, wholeAnswer } from "../exchange.ts";
import { record } from "../records.ts";
import { hashOf, patternBytes } from "../target-app.ts";
import { openPost, streamFrame } from "./open-post.ts";

const none = new Uint8Array(0);
const canceled = codes.canceled.wire;

export const flowCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "flow.beyond-window", section: "Streams", title: "a byte beyond the window resets the stream" },
    run: async (stage) => {
      const { tunnel, limits: granted } = await stage.open();
      const id = await openPost(tunnel, "/beyond-window");
      tunnel.first.send(streamFrame(id, granted.windowBytes, Uint8Array.of(1)));
      await tunnel.resetWith("a byte beyond the window", id, "protocol-error");
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "flow.keeps-window",
      section: "Streams",
      title: "it sends nothing beyond the window, and goes on when it rises",
    },
    needsApp: true,
    run: async (stage) => {
      const length = 700_000;
      const { tunnel } = await stage.open();
      tunnel.answers.window = false;
      const id = sendRequest(tunnel, `/bytes?n=${length}&window`);
      const stream = tunnel.stream(id);
      await tunnel.until("a full window", () => stream.bytes.length === limits.initialWindowBytes || undefined);
      // Smaller limits than before say nothing: limits only rise.
      tunnel.first.send({ type: "window", id, limit: 10 }, { type: "window", id, limit: 0 });
      await tunnel.ping();
      stream.granted = length + 1_000;
      tunnel.first.send({ type: "window", id, limit: stream.granted }, { type: "window", id, limit: 100 });
      const { body } = await wholeAnswer(tunnel, id);
      demand(hashOf(body) === hashOf(patternBytes(length)), "the answer's bytes are not those that were sent");
    },
  },
  {
    ...{
      id: "flow.credit-on-consumption",
      section: "Streams",
      title: "credit is given for what the app takes, not for what arrives",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const length = 48 * 1024 * 1024;
      const id = await openPost(tunnel, "/stalled?credit");
      const chunk = record(recordTypes.data, patternBytes(16_000));
      let stalledAt = 0;
      while (tunnel.stream(id).sent < length && stalledAt === 0) {
        const stream = tunnel.stream(id);
        if (stream.sent + chunk.length <= stream.limit) tunnel.write(id, "http", chunk);
        else {
          const before = stream.limit;
          await Promise.all([
            tunnel.ping(),
            tunnel.until("an ACK", () => stream.acknowledged >= stream.sent || undefined),
          ]);
          await tunnel.ping();
          if (stream.limit === before) stalledAt = stream.sent;
        }
      }
      demand(stalledAt > 0, "48 MiB of credit were given for an app that reads nothing");
      stage.app.release();
      await tunnel.until(
        "credit once the app reads",
        () => tunnel.stream(id).limit > stalledAt + chunk.length || undefined,
      );
      tunnel.write(id, "http", none, { end: true });
      await wholeAnswer(tunnel, id);
    },
  },
  {
    ...{ id: "flow.beyond-streams", section: "Streams", title: "an id beyond the STREAMS limit ends the tunnel" },
    run: async (stage) => {
      const { tunnel, limits: granted } = await stage.open();
      await tunnel.ping();
      tunnel.first.send(streamFrame(2 * (granted.streams + 1), 0, none));
      await tunnel.closedWith("an id beyond STREAMS", "protocol-error");
    },
  },
  {
    ...{ id: "flow.streams-rises", section: "Streams", title: "STREAMS rises as streams end" },
    run: async (stage) => {
      const { tunnel, limits: granted } = await stage.open();
      for (let count = 0; count < granted.streams; count += 1) {
        tunnel.first.send({ type: "reset", id: tunnel.nextStreamId(), kind: "http", code: canceled });
      }
      await tunnel.until("STREAMS above what was agreed", () => tunnel.streamsLimit > granted.streams || undefined);
      demand((await exchange(tunnel, "/after-many")).head !== undefined, "no answer after many streams");
    },
  },
  {
    ...{ id: "flow.gaps", section: "Limits", title: "more than 1,024 gaps reset the stream" },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = await openPost(tunnel, "/gaps");
      const from = tunnel.stream(id).sent;
      for (let gap = 1; gap <= 1_030; gap += 1) tunnel.write(id, "http", Uint8Array.of(1), { offset: from + 2 * gap });
      await tunnel.resetWith("1,030 gaps", id, "protocol-error", "limit-reached");
      await stillServes(tunnel);
    },
  },
];
