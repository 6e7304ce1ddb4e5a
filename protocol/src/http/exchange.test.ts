import { describe, expect, it } from "vitest";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { createOpeningStage } from "../testing/opening-stage.ts";
import type { StreamKind } from "../wire/frame.ts";
import { ControlChannel } from "./control-channel.ts";
import { failure, type HeaderList, type RequestHead } from "./heads.ts";
import { type ReceivedRequest, receiveRequest } from "./received-request.ts";
import { RecordWriter } from "./record-writer.ts";
import { type SentRequest, sendRequest } from "./sent-request.ts";
import { openWebSocket, receiveWebSocket } from "./websocket-opening.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const get: RequestHead = { method: "GET", path: "/a?b=1", headers: [["Accept", "*/*"]], hasBody: false };
const post: RequestHead = { method: "POST", path: "/up", headers: [], hasBody: true };
const ok = {
  status: 200,
  statusText: "OK",
  headers: [
    ["Set-Cookie", "a=1"],
    ["set-cookie", "b=2"],
  ] as HeaderList,
};

/** Both ends of fresh streams of one kind in an open tunnel. */
async function openedTunnel() {
  const stage = createOpeningStage();
  const viewer = await stage.open();
  await stage.clock.settle();
  const [agent] = stage.agentTunnels;
  if (agent === undefined) throw new Error("no tunnel came");
  const pair = (kind: Exclude<StreamKind, "control">) => {
    const accepted = Promise.withResolvers<ByteStream>();
    agent.onStream(accepted.resolve);
    return { viewer: viewer.openStream(kind), agent: accepted.promise };
  };
  return { stage, viewer, agent, pair };
}

async function exchange(
  head: RequestHead,
): Promise<{ sent: SentRequest; received: ReceivedRequest; settle(): Promise<void> }> {
  const { stage, pair } = await openedTunnel();
  const { viewer, agent } = pair("http");
  const sent = sendRequest(viewer, head);
  const received = await receiveRequest(await agent);
  return { sent, received, settle: () => stage.clock.settle() };
}

async function wholeBody(side: { readBody(): Promise<Uint8Array | null> }): Promise<string> {
  let text = "";
  for (let bytes = await side.readBody(); bytes !== null; bytes = await side.readBody()) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

describe("an http exchange", () => {
  it.each([
    ["a header value of 64 KiB and a byte", { ...get, headers: [["Cookie", "c".repeat(65_537)]] }, /headers\.0\.1/],
    ["more headers than a list holds", { ...get, headers: Array(257).fill(["X", "1"]) }, /headers/],
    ["a path that is none", { ...get, path: "//\u0000" }, /path/],
  ])("tells what cannot be carried, and sends nothing: %s", async (_what, head, place) => {
    const { stage, viewer, agent } = await openedTunnel();
    const opened: ByteStream[] = [];
    agent.onStream((stream) => opened.push(stream));
    const sent = sendRequest(viewer.openStream("http"), head as RequestHead);
    const fault = await sent.readHead().catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code: "invalid-request", origin: "local", message: expect.stringMatching(place) });
    expect(String(fault)).not.toContain("ccc");
    await stage.clock.settle();
    expect(opened).toEqual([]);
  });

  it("tells that a head is too large as a whole", async () => {
    const { pair } = await openedTunnel();
    const headers: HeaderList = Array.from({ length: 3 }, () => ["Cookie", "c".repeat(65_000)]);
    const head = sendRequest(pair("http").viewer, { ...get, headers }).readHead();
    await expect(head).rejects.toMatchObject({ code: "limit-reached", message: expect.stringContaining("131072") });
  });

  it("carries head, body and trailers both ways, interim heads before", async () => {
    const { sent, received } = await exchange(post);
    expect(received.head).toEqual(post);
    await sent.writeBody(bytesOf("one, "));
    await sent.writeBody(bytesOf("two"));
    await sent.endBody([["X-Sum", "7"]]);
    expect(await wholeBody(received)).toBe("one, two");
    expect(received.trailers()).toEqual([["X-Sum", "7"]]);

    const interim: number[] = [];
    const answered = sent.readHead((head) => interim.push(head.status));
    await received.writeInterimHead({ status: 103, statusText: "Early Hints", headers: [] });
    await received.writeHead(ok);
    expect(await answered).toEqual(ok);
    expect(interim).toEqual([103]);
    await received.writeBody(bytesOf("answer"));
    await received.endBody([["X-Done", "yes"]]);
    expect(await wholeBody(sent)).toBe("answer");
    expect(sent.trailers()).toEqual([["X-Done", "yes"]]);
    await Promise.all([sent.stream.closed, received.stream.closed]);
  });

  it("carries a request without body and an answer without body", async () => {
    const { sent, received } = await exchange(get);
    expect(await received.readBody()).toBeNull();
    await received.writeHead({ status: 204, statusText: "", headers: [] });
    await received.endBody();
    expect((await sent.readHead()).status).toBe(204);
    expect(await sent.readBody()).toBeNull();
  });

  it("tells what the target took, and takes no time that is none", async () => {
    const { sent, received } = await exchange(get);
    await received.writeHead({ ...ok, targetMs: 12.5 });
    expect(await sent.readHead()).toEqual({ ...ok, targetMs: 12.5 });
    const other = await exchange(get);
    await other.received.writeHead({ ...ok, targetMs: -1 });
    await expect(other.sent.readHead()).rejects.toMatchObject({ code: "protocol-error" });
  });

  it("gives the agent's failure in place of a head, with its words", async () => {
    const { sent, received } = await exchange(get);
    await received.fail(failure("target-unreachable", "nothing answers on port 3000"));
    await expect(sent.readHead()).rejects.toMatchObject({
      code: "target-unreachable",
      message: "nothing answers on port 3000",
      hint: "Start the app on that port.",
      scope: "stream",
      origin: "remote",
    });
  });

  it("never ends a cut answer like a complete one", async () => {
    const failed = await exchange(get);
    await failed.received.writeHead(ok);
    await failed.received.writeBody(bytesOf("part"));
    await failed.received.fail(failure("target-aborted", "cut"));
    await failed.sent.readHead();
    expect(await failed.sent.readBody()).toEqual(bytesOf("part"));
    await expect(failed.sent.readBody()).rejects.toMatchObject({ code: "target-aborted" });

    const reset = await exchange(get);
    await reset.received.writeHead(ok);
    await reset.sent.readHead();
    reset.received.abort("target-aborted");
    await expect(reset.sent.readBody()).rejects.toMatchObject({ code: "target-aborted", origin: "remote" });

    const headless = await exchange(get);
    await headless.received.endBody();
    await expect(headless.sent.readHead()).rejects.toMatchObject({ code: "protocol-error" });
  });

  it("lets an early answer through while the body is stopped", async () => {
    const { sent, received, settle } = await exchange(post);
    await sent.writeBody(bytesOf("too much"));
    received.stopBody();
    await settle();
    await expect(sent.writeBody(bytesOf("more"))).rejects.toMatchObject({ code: "canceled" });
    await received.writeHead({ status: 413, statusText: "Content Too Large", headers: [] });
    await received.writeBody(bytesOf("no"));
    await received.endBody();
    expect((await sent.readHead()).status).toBe(413);
    expect(await wholeBody(sent)).toBe("no");
  });

  it("tells the agent that the viewer gave up", async () => {
    const { sent, received } = await exchange(post);
    const reading = received.readBody();
    sent.cancel();
    await expect(reading).rejects.toMatchObject({ code: "canceled", origin: "remote" });
  });

  it("refuses a stream that does not begin with a valid head", async () => {
    const { pair } = await openedTunnel();
    const { viewer, agent } = pair("http");
    const writer = new RecordWriter(viewer);
    writer.writeObject("head", { ...get, headers: [["X", "a\r\nb"]] });
    await expect(receiveRequest(await agent)).rejects.toMatchObject({ code: "protocol-error", scope: "stream" });
  });

  it("refuses a second head, and data after trailers", async () => {
    const { received, sent } = await exchange(post);
    const writer = new RecordWriter(sent.stream);
    writer.writeObject("trailers", []);
    writer.write("data", bytesOf("late"));
    await expect(wholeBody(received)).rejects.toMatchObject({ code: "protocol-error" });
    const second = await exchange(post);
    new RecordWriter(second.sent.stream).writeObject("head", post);
    await expect(second.received.readBody()).rejects.toMatchObject({ code: "protocol-error" });
  });
});

describe("a WebSocket on a stream", () => {
  const head = { path: "/ws", headers: [] as HeaderList, protocols: ["chat"] };

  async function openedSocket() {
    const { pair } = await openedTunnel();
    const { viewer, agent } = pair("websocket");
    const opening = openWebSocket(viewer, head);
    const received = await receiveWebSocket(await agent);
    expect(received.head).toEqual(head);
    const agentChannel = received.accept({ protocol: "chat", headers: [] });
    const opened = await opening;
    if (opened.type !== "accepted") throw new Error("the socket was refused");
    expect(opened.answer.protocol).toBe("chat");
    return { viewer: opened.channel, agent: agentChannel };
  }

  it("carries text and binary messages in order, empty ones and large ones too", async () => {
    const { viewer, agent } = await openedSocket();
    const large = new Uint8Array(300_000).map((_, index) => index % 251);
    const sending = Promise.all([
      viewer.sendText("höllo"),
      viewer.sendBinary(large),
      viewer.sendText(""),
      viewer.sendBinary(new Uint8Array(0)),
    ]);
    expect(await agent.receive()).toEqual({ type: "text", text: "höllo" });
    expect(await agent.receive()).toEqual({ type: "binary", bytes: large });
    expect(await agent.receive()).toEqual({ type: "text", text: "" });
    expect(await agent.receive()).toEqual({ type: "binary", bytes: new Uint8Array(0) });
    await sending;
    await agent.sendText("back");
    expect(await viewer.receive()).toEqual({ type: "text", text: "back" });
  });

  it("closes with code and reason after all messages, and says so again", async () => {
    const { viewer, agent } = await openedSocket();
    await viewer.sendText("last");
    await viewer.close({ code: 4001, reason: "done" });
    await viewer.close({ code: 1000, reason: "ignored" });
    await expect(viewer.sendText("late")).rejects.toMatchObject({ code: "closed", scope: "stream" });
    expect(await agent.receive()).toEqual({ type: "text", text: "last" });
    const close = { type: "close", close: { code: 4001, reason: "done" } };
    expect([await agent.receive(), await agent.receive()]).toEqual([close, close]);
    await agent.close({ code: 4001, reason: "done" });
    expect(await viewer.receive()).toEqual(close);
  });

  it("reads an end without a close as 1006", async () => {
    const { viewer, agent } = await openedSocket();
    agent.stream.end();
    expect(await viewer.receive()).toEqual({ type: "close", close: { code: 1006, reason: "" } });
  });

  it("refuses a text that is not UTF-8, and a message that is too long to send", async () => {
    const { viewer, agent } = await openedSocket();
    new RecordWriter(viewer.stream).write("text", Uint8Array.of(0xff));
    await expect(agent.receive()).rejects.toMatchObject({ code: "protocol-error", scope: "stream" });
    const tooLong = viewer.sendBinary(new Uint8Array(33_554_433));
    await expect(tooLong).rejects.toMatchObject({ code: "limit-reached" });
  });

  it("gives the target's refusal, or the agent's failure", async () => {
    const { pair } = await openedTunnel();
    const refusedPair = pair("websocket");
    const refusedOpening = openWebSocket(refusedPair.viewer, head);
    const refusing = await receiveWebSocket(await refusedPair.agent);
    await refusing.refuse({ status: 403, statusText: "Forbidden", headers: [] });
    expect(await refusedOpening).toEqual({
      type: "refused",
      head: { status: 403, statusText: "Forbidden", headers: [] },
    });

    const failedPair = pair("websocket");
    const failedOpening = openWebSocket(failedPair.viewer, head);
    const failing = await receiveWebSocket(await failedPair.agent);
    await failing.fail(failure("target-timeout", "no answer in 10 s"));
    await expect(failedOpening).rejects.toMatchObject({ code: "target-timeout", origin: "remote" });
  });
});

describe("control messages", () => {
  it("arrive in order both ways, unknown types are passed over, malformed ones are a fault", async () => {
    const { viewer, agent } = await openedTunnel();
    const [mine, theirs] = [new ControlChannel(viewer.control), new ControlChannel(agent.control)];
    await mine.send({ type: "path-offer", pathId: 2, kind: "direct", sdp: "v=0" });
    new RecordWriter(viewer.control).writeObject("control", { type: "path-of-tomorrow", pathId: "x" });
    await mine.send({ type: "path-candidate", pathId: 2, candidate: "", sdpMid: null, sdpMLineIndex: null });
    expect(await theirs.receive()).toMatchObject({ type: "path-offer", sdp: "v=0" });
    expect(await theirs.receive()).toMatchObject({ type: "path-candidate", candidate: "" });
    await theirs.send({ type: "path-failed", pathId: 2, code: "network", message: "no candidate" });
    expect(await mine.receive()).toMatchObject({ type: "path-failed", code: "network" });
    new RecordWriter(viewer.control).writeObject("control", { type: "path-offer", pathId: 0 });
    await expect(theirs.receive()).rejects.toMatchObject({ code: "protocol-error" });
  });
});
