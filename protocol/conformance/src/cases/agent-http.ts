/** Records and HTTP exchanges with an agent: what it carries, and what it must not take for whole. */
import { recordTypes } from "@culvert/protocol/http";
import type { AgentStage } from "../agent-stage.ts";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import { exchange, sendRequest, stillServes, wholeAnswer } from "../exchange.ts";
import { joined, objectRecord, readAnswer, record, requestHead } from "../records.ts";
import { hashOf, patternBytes } from "../target-app.ts";

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));

/** Bytes that no http stream may begin with reset it, and nothing reaches the app. */
function refuses(bytes: Uint8Array, ...expected: readonly ("protocol-error" | "limit-reached")[]) {
  return async (stage: AgentStage): Promise<void> => {
    const { tunnel } = await stage.open();
    const id = tunnel.nextStreamId();
    tunnel.write(id, "http", bytes, { end: true });
    await tunnel.resetWith("a stream that breaks the rules", id, ...expected);
    await stillServes(tunnel);
    if (stage.options.app !== undefined) demand(stage.app.seen("/refused").length === 0, "the request reached the app");
  };
}

const head = (changes: object): Uint8Array =>
  objectRecord(recordTypes.head, { method: "GET", path: "/refused", headers: [], hasBody: false, ...changes });

export const httpCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "http.body", section: "HTTP", title: "a body reaches the app whole, and the answer comes back whole" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const answer = await exchange(tunnel, "/body?a=b%20c", { body: patternBytes(100_000) });
      if (answer.head?.status !== 200)
        throw new ConformanceFailure(`the status is ${answer.head?.status}, 200 was sent`);
      demand(
        Buffer.from(answer.body).toString() === "POST /body?a=b%20c 100000",
        `the app answered ${Buffer.from(answer.body)}`,
      );
      const cookies = answer.head.headers
        .filter(([name]) => name.toLowerCase() === "set-cookie")
        .map(([, value]) => value);
      demand(cookies.join() === "a=1,b=2", `Set-Cookie came as ${cookies.join()}: duplicates and order are kept`);
    },
  },
  {
    ...{ id: "http.large-answer", section: "HTTP", title: "an answer of 4 MiB comes whole" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { body } = await exchange(tunnel, "/bytes?n=4194304");
      demand(hashOf(body) === hashOf(patternBytes(4_194_304)), "the answer's bytes are not those that were sent");
    },
  },
  {
    ...{ id: "http.cut-anywhere", section: "Records", title: "a record may be cut into frames anywhere" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const bytes = joined(
        requestHead("/byte-by-byte", { method: "POST", hasBody: true }),
        record(recordTypes.data, utf8("hello")),
        record(0x3f_ff, utf8("skipped")),
        record(recordTypes.data, utf8(" there")),
      );
      const id = tunnel.nextStreamId();
      for (let at = 0; at < bytes.length; at += 1) {
        tunnel.write(id, "http", bytes.subarray(at, at + 1), { end: at === bytes.length - 1 });
      }
      await wholeAnswer(tunnel, id);
      const [seen] = stage.app.seen("/byte-by-byte");
      demand(seen?.body === "hello there", `the app got the body "${seen?.body}"`);
    },
  },
  {
    ...{ id: "http.interim", section: "HTTP", title: "1xx heads come before the head" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { interim, head: last, body } = await exchange(tunnel, "/hints");
      demand(
        interim.map(({ status }) => status).join() === "103",
        `interim heads: ${interim.map(({ status }) => status)}`,
      );
      demand(
        last?.status === 200 && Buffer.from(body).toString() === "after the hints",
        "the answer after them is another",
      );
    },
  },
  {
    ...{ id: "http.truncated", section: "HTTP", title: "an answer that the app cut short never ends like a whole one" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = sendRequest(tunnel, "/cut");
      const stream = tunnel.stream(id);
      await tunnel.until("a failure record or RESET", () => {
        const { hasFailure } = readAnswer(stream.bytes);
        if (stream.isEnded && !hasFailure)
          throw new ConformanceFailure("a body of 1,000 of 100,000 bytes ended as if whole");
        return hasFailure || stream.resets.length > 0 || undefined;
      });
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "http.early-answer",
      section: "HTTP",
      title: "an answer before the request's end comes whole, and the rest is stopped",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = tunnel.nextStreamId();
      tunnel.write(id, "http", requestHead("/early", { method: "POST", hasBody: true }));
      tunnel.write(id, "http", record(recordTypes.data, patternBytes(1_000), 10_000_000));
      const { head: answer } = await wholeAnswer(tunnel, id);
      demand(answer?.status === 413, `the status is ${answer?.status}, 413 was sent`);
      await tunnel.until("STOP of the request", () => tunnel.stream(id).stops[0] ?? tunnel.stream(id).resets[0]);
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "http.ends-inside",
      section: "Records",
      title: "a request that ends inside a record is not taken for whole",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const bytes = requestHead("/ends-inside", { method: "POST", hasBody: true });
      const id = tunnel.nextStreamId();
      tunnel.write(id, "http", joined(bytes, record(recordTypes.data, utf8("hel"), 10)), { end: true });
      await tunnel.resetWith("END inside a record", id, "protocol-error");
      await stillServes(tunnel);
      demand(
        stage.app.seen("/ends-inside").every(({ state }) => state !== "ended"),
        "the app got a whole request",
      );
    },
  },
  {
    ...{ id: "http.data-first", section: "Records", title: "data before a head resets the stream" },
    run: refuses(record(recordTypes.data, utf8("hello")), "protocol-error"),
  },
  {
    ...{ id: "http.misplaced", section: "Records", title: "a record that has no place on the stream resets it" },
    run: refuses(joined(head({ hasBody: true }), record(recordTypes.text, utf8("hello"))), "protocol-error"),
  },
  {
    ...{
      id: "http.long-head",
      section: "Records",
      title: "a head that is too long resets the stream, by its header alone",
    },
    run: refuses(record(recordTypes.head, utf8("begin"), 128 * 1024 + 1), "limit-reached"),
  },
  {
    ...{ id: "http.no-head", section: "HTTP", title: "END without a head resets the stream" },
    run: refuses(new Uint8Array(0), "protocol-error"),
  },
  {
    ...{ id: "http.body-despite-word", section: "HTTP", title: "data after hasBody false resets the stream" },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const id = tunnel.nextStreamId();
      const bytes = joined(requestHead("/never?despite"), record(recordTypes.data, utf8("x")));
      tunnel.write(id, "http", bytes, { end: true });
      await tunnel.resetWith("data after hasBody false", id, "protocol-error");
    },
  },
  ...(
    [
      ["a header value with a line end", { headers: [["x-evil", "a\r\nGET /refused HTTP/1.1"]] }],
      ["a header name that is no token", { headers: [["x evil", "a"]] }],
      ["a method that is no token", { method: "GET /refused HTTP/1.1\r\n" }],
      ["a path with a space", { path: "/refused HTTP/1.1" }],
      ["a path with a host", { path: "http://127.0.0.1/refused" }],
      ["257 headers", { headers: Array.from({ length: 257 }, () => ["x", "1"]) }],
      ["a path that is a number", { path: 7 }],
    ] as const
  ).map(([what, changes]) => ({
    ...({ id: `http.head ${what}`, section: "HTTP", title: `${what} resets the stream and reaches no app` } as const),
    run: refuses(head(changes), "protocol-error"),
  })),
  {
    ...{ id: "http.extension-type", section: "Objects", title: "a head with a msgpack extension resets the stream" },
    run: refuses(record(recordTypes.head, Uint8Array.of(0xd6, 0xff, 0, 0, 0, 1)), "protocol-error"),
  },
  {
    ...{
      id: "http.bytes-after-object",
      section: "Objects",
      title: "bytes after the object of a head reset the stream",
    },
    run: refuses(
      record(recordTypes.head, joined(requestHead("/refused").subarray(2), Uint8Array.of(0xc0))),
      "protocol-error",
    ),
  },
  {
    ...{ id: "http.unknown-field", section: "Objects", title: "a field that it does not know is ignored" },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const answer = await exchange(tunnel, "/unknown-field", { head: { laterField: { a: [1] } } as object });
      demand(answer.head !== undefined || answer.hasFailure, "no answer came");
    },
  },
];
