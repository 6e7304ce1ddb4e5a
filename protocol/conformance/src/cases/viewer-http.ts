/** HTTP and WebSockets with a viewer: what it must not take for a whole answer. */
import { recordTypes } from "@culvert/protocol/http";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import { joined, objectRecord, readRecords, record, type SeenRecord } from "../records.ts";
import { nameOf, type ScriptedTunnel } from "../scripted-tunnel.ts";
import { patternBytes } from "../target-app.ts";
import { answerOf, type ViewerStage } from "../viewer-stage.ts";

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));
const head = (changes: object = {}): Uint8Array =>
  objectRecord(recordTypes.head, { status: 200, statusText: "", headers: [], ...changes });

/** An answer that breaks a rule makes the viewer reset the stream; the tunnel lives on and it asks on. */
function refuses(answer: Uint8Array, ...expected: readonly ("protocol-error" | "limit-reached" | "canceled")[]) {
  return async (stage: ViewerStage): Promise<void> => {
    // The upload waits for credit: a stream whose directions are both over could not be reset any more.
    const { tunnel } = await stage.open(["POST /answer 3000000"]);
    tunnel.answers.window = false;
    const id = await stage.request(tunnel, "/answer");
    tunnel.write(id, "http", answer, { end: true });
    await tunnel.resetWith("an answer that breaks the rules", id, ...expected);
  };
}

/** A WebSocket that was accepted, and the records that come on it. */
async function acceptWebSocket(stage: ViewerStage, tunnel: ScriptedTunnel) {
  const id = await stage.request(tunnel, "/socket");
  demand(tunnel.stream(id).kind === "websocket", "a WebSocket's stream is not of kind websocket");
  tunnel.write(id, "websocket", objectRecord(recordTypes.head, { type: "accepted", protocol: "", headers: [] }));
  const next = (what: string, index: number): Promise<SeenRecord> =>
    tunnel.until(what, () => {
      const { resets, bytes } = tunnel.stream(id);
      if (resets[0] !== undefined) throw new ConformanceFailure(`${what}: RESET ${nameOf(resets[0])} came instead`);
      return readRecords(bytes).records[index];
    });
  return { id, next };
}

export const viewerHttpCases: readonly ConformanceCase<ViewerStage>[] = [
  {
    ...{ id: "http.request", section: "HTTP", title: "a request is a head, data and END" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["POST /body 5000"]);
      const id = await stage.request(tunnel, "/body");
      await tunnel.until("END of the request", () => tunnel.stream(id).isEnded || undefined);
      const { records, rest } = readRecords(tunnel.stream(id).bytes);
      const body = records.filter(({ type }) => type === recordTypes.data);
      demand(rest === 0, "the request ended inside a record");
      demand(body.reduce((sum, { bytes }) => sum + bytes.length, 0) === 5_000, "the body has not 5,000 bytes");
      demand(
        records.every(({ type }, index) => type === (index === 0 ? 1 : 3)),
        "records stand in another order",
      );
    },
  },
  {
    ...{
      id: "http.interim",
      section: "HTTP",
      title: "1xx heads before the head are passed over or shown, not taken for it",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /hints"]);
      const id = await stage.request(tunnel, "/hints");
      const hint = objectRecord(recordTypes.interimHead, { status: 103, statusText: "", headers: [["link", "</a>"]] });
      tunnel.write(id, "http", joined(hint, hint, answerOf(200, patternBytes(10))), { end: true });
      const { sent } = tunnel.stream(id);
      await tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === sent || undefined);
      await tunnel.ping();
      demand(tunnel.stream(id).resets.length === 0, "interim heads were taken for a fault");
    },
  },
  {
    ...{ id: "http.unknown-record", section: "Records", title: "a record of an unknown type is skipped" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /later"]);
      const id = await stage.request(tunnel, "/later");
      tunnel.write(id, "http", joined(record(0x3e, patternBytes(50)), answerOf(200, patternBytes(10))), { end: true });
      const { sent } = tunnel.stream(id);
      await tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === sent || undefined);
      await tunnel.ping();
      demand(tunnel.stream(id).resets.length === 0, "an unknown record was taken for a fault");
    },
  },
  {
    ...{ id: "http.truncated", section: "HTTP", title: "an answer that ends inside a record is a fault" },
    run: refuses(joined(head(), record(recordTypes.data, patternBytes(100), 1_000)), "protocol-error"),
  },
  {
    ...{ id: "http.failure", section: "HTTP", title: "a failure is answered by RESET" },
    run: refuses(
      objectRecord(recordTypes.failure, { code: "target-unreachable", message: "nothing answers", hint: "start it" }),
      "canceled",
    ),
  },
  {
    ...{ id: "http.late-failure", section: "HTTP", title: "a failure after some of a body is answered by RESET" },
    run: refuses(
      joined(
        ...[head(), record(recordTypes.data, patternBytes(100))],
        objectRecord(recordTypes.failure, { code: "target-aborted", message: "cut short", hint: "" }),
      ),
      "canceled",
    ),
  },
  {
    ...{ id: "http.no-head", section: "HTTP", title: "END without a head is a fault" },
    run: refuses(new Uint8Array(0), "protocol-error"),
  },
  {
    ...{ id: "http.data-first", section: "Records", title: "data before a head is a fault" },
    run: refuses(record(recordTypes.data, utf8("x")), "protocol-error"),
  },
  {
    ...{ id: "http.misplaced", section: "Records", title: "a record that has no place in an answer is a fault" },
    run: refuses(joined(head(), record(recordTypes.text, utf8("x"))), "protocol-error"),
  },
  {
    ...{ id: "http.long-head", section: "Records", title: "a head that is too long is refused by its header alone" },
    run: refuses(record(recordTypes.head, utf8("begin"), 128 * 1024 + 1), "limit-reached"),
  },
  {
    ...{ id: "http.line-end", section: "HTTP", title: "a header value with a line end is a fault" },
    run: refuses(head({ headers: [["x-evil", "a\r\nset-cookie: b=1"]] }), "protocol-error"),
  },
  {
    ...{ id: "http.status", section: "HTTP", title: "a status beyond 599 is a fault" },
    run: refuses(head({ status: 777 }), "protocol-error"),
  },
  {
    ...{ id: "websocket.echo", section: "WebSocket", title: "messages go both ways whole, then a close" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["WS /socket"]);
      const { id, next } = await acceptWebSocket(stage, tunnel);
      const hello = await next("its first message", 1);
      demand(
        hello.type === recordTypes.text && Buffer.from(hello.bytes).toString() === "hello",
        "its first text is not hello",
      );
      tunnel.write(
        id,
        "websocket",
        joined(record(recordTypes.text, utf8("grüße")), record(recordTypes.binary, patternBytes(70_000))),
      );
      const text = await next("the text back", 2);
      demand(Buffer.from(text.bytes).toString() === "grüße", "the text came back changed");
      const binary = await next("the bytes back", 3);
      demand(binary.type === recordTypes.binary && binary.bytes.length === 70_000, "the bytes came back changed");
      tunnel.write(id, "websocket", objectRecord(recordTypes.close, { code: 4_000, reason: "bye" }), { end: true });
      await tunnel.until("END of the WebSocket", () => tunnel.stream(id).isEnded || undefined);
    },
  },
  {
    ...{ id: "websocket.not-utf8", section: "WebSocket", title: "a text that is not UTF-8 resets the stream" },
    run: async (stage) => {
      const { tunnel } = await stage.open(["WS /socket"]);
      const { id } = await acceptWebSocket(stage, tunnel);
      tunnel.write(id, "websocket", record(recordTypes.text, Uint8Array.of(0xc3, 0x28)));
      await tunnel.resetWith("a text that is not UTF-8", id, "protocol-error");
    },
  },
  {
    ...{
      id: "tunnel.drain",
      section: "Tunnel states",
      title: "after DRAIN it finishes what is under way and opens nothing",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open(["GET /drained"]);
      const id = await stage.request(tunnel, "/drained");
      tunnel.first.send({ type: "drain" });
      await tunnel.ping();
      tunnel.write(id, "http", answerOf(200, patternBytes(10)), { end: true });
      const { sent } = tunnel.stream(id);
      await tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === sent || undefined);
      const opened = [...tunnel.streams.keys()].filter((known) => known > id);
      demand(opened.length === 0, `stream ${opened[0]} was opened after DRAIN`);
    },
  },
];
