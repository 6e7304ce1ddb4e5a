/** WebSockets of the app through an agent. */
import { codes } from "@culvert/protocol";
import { recordTypes, webSocketAnswerSchema, webSocketCloseSchema } from "@culvert/protocol/http";
import { decodeObject } from "@culvert/protocol/wire";
import type { AgentStage } from "../agent-stage.ts";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import { stillServes } from "../exchange.ts";
import { joined, objectRecord, readRecords, record, type SeenRecord } from "../records.ts";
import { nameOf, type ScriptedTunnel } from "../scripted-tunnel.ts";
import { hashOf, patternBytes } from "../target-app.ts";

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));

/** An open WebSocket of the app and the records that come on it. */
async function openWebSocket(tunnel: ScriptedTunnel, path: string) {
  const id = tunnel.nextStreamId();
  tunnel.write(id, "websocket", objectRecord(recordTypes.head, { path, headers: [], protocols: [] }));
  const next = (what: string, index: number): Promise<SeenRecord> =>
    tunnel.until(what, () => {
      const { resets, bytes } = tunnel.stream(id);
      if (resets[0] !== undefined) throw new ConformanceFailure(`${what}: RESET ${nameOf(resets[0])} came instead`);
      return readRecords(bytes).records[index];
    });
  const answer = await next("an answer to the WebSocket's head", 0);
  demand(answer.type === recordTypes.head, `the first record back has type ${answer.type}`);
  return { id, next, answer: decodeObject(webSocketAnswerSchema, answer.bytes, 131_072, "a WebSocket's answer") };
}

export const webSocketCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "websocket.echo", section: "WebSocket", title: "messages go both ways whole, then a close" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { id, next, answer } = await openWebSocket(tunnel, "/socket?echo");
      demand(answer.type === "accepted", "the WebSocket was refused");
      tunnel.write(
        id,
        "websocket",
        joined(record(recordTypes.text, utf8("grüße")), record(recordTypes.binary, patternBytes(70_000))),
      );
      const text = await next("the text back", 1);
      demand(
        text.type === recordTypes.text && Buffer.from(text.bytes).toString() === "grüße",
        "the text came back changed",
      );
      const binary = await next("the bytes back", 2);
      demand(
        binary.type === recordTypes.binary && hashOf(binary.bytes) === hashOf(patternBytes(70_000)),
        "the bytes came back changed",
      );
      tunnel.write(id, "websocket", objectRecord(recordTypes.close, { code: 4_000, reason: "bye" }), { end: true });
      await stage.app.until(
        "the app's close",
        "/socket?echo",
        ({ closeCode }) => closeCode === 4_000,
        stage.patienceMs,
      );
      await tunnel.until("END of the WebSocket", () => tunnel.stream(id).isEnded || undefined);
    },
  },
  {
    ...{ id: "websocket.closed-by-app", section: "WebSocket", title: "the app's close comes with its code and reason" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { next } = await openWebSocket(tunnel, "/closing");
      const close = await next("a close record", 1);
      demand(close.type === recordTypes.close, `a record of type ${close.type} came in place of a close`);
      const { code, reason } = decodeObject(webSocketCloseSchema, close.bytes, 65_536, "a close");
      demand(code === 4_001 && reason === "seen enough", `the close is ${code} "${reason}"`);
    },
  },
  {
    ...{
      id: "websocket.refused",
      section: "WebSocket",
      title: "an answer that is no 101 comes as refused, with its head",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { answer } = await openWebSocket(tunnel, "/no-websocket");
      demand(answer.type === "refused" && answer.head.status === 403, `the answer is ${JSON.stringify(answer)}`);
    },
  },
  {
    ...{ id: "websocket.not-utf8", section: "WebSocket", title: "a text that is not UTF-8 resets the stream" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { id } = await openWebSocket(tunnel, "/socket?not-utf8");
      tunnel.write(id, "websocket", record(recordTypes.text, Uint8Array.of(0xc3, 0x28)));
      await tunnel.resetWith("a text that is not UTF-8", id, "protocol-error");
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "websocket.cut",
      section: "WebSocket",
      title: "a WebSocket whose stream is reset is cut, not closed cleanly",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { id } = await openWebSocket(tunnel, "/socket?cut");
      tunnel.first.send({ type: "reset", id, kind: "websocket", code: codes.canceled.wire });
      const { closeCode } = await stage.app.until(
        "its end",
        "/socket?cut",
        ({ state }) => state === "ended",
        stage.patienceMs,
      );
      demand(closeCode !== 1000 && closeCode !== 1001, `the app saw a clean close with ${closeCode}`);
    },
  },
];
