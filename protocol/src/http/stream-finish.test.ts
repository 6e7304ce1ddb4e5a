import { describe, expect, it } from "vitest";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import { createOpeningStage } from "../testing/opening-stage.ts";
import type { StreamKind } from "../wire/frame.ts";
import { failure, type RequestHead } from "./heads.ts";
import { receiveRequest } from "./received-request.ts";
import { RecordWriter } from "./record-writer.ts";
import { sendRequest } from "./sent-request.ts";
import { openWebSocket, receiveWebSocket } from "./websocket-opening.ts";

const get: RequestHead = { method: "GET", path: "/", headers: [], hasBody: false };
const post: RequestHead = { ...get, method: "POST", hasBody: true };
const ok = { status: 200, statusText: "OK", headers: [] };
const socketHead = { path: "/", headers: [], protocols: [] };

/** Runs one use of a fresh stream on both sides; gives how the stream ended there. */
async function ends(
  kind: Exclude<StreamKind, "control">,
  use: (viewer: ByteStream, coming: Promise<ByteStream>, settle: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const stage = createOpeningStage();
  const tunnel = await stage.open();
  await stage.clock.settle();
  const accepted = Promise.withResolvers<ByteStream>();
  stage.agentTunnels[0]?.onStream(accepted.resolve);
  const states = ["open", "open"];
  const watch = (stream: ByteStream, index: number): void => {
    stream.closed.then(
      () => {
        states[index] = "finished";
      },
      (fault: unknown) => {
        states[index] = TunnelError.from(fault).code;
      },
    );
  };
  const viewer = tunnel.openStream(kind);
  watch(viewer, 0);
  accepted.promise.then((stream) => watch(stream, 1));
  await use(viewer, accepted.promise, () => stage.clock.settle());
  await stage.clock.advance(1_000);
  return states;
}

describe("no stream stays open after its use", () => {
  it("an exchange without bodies, read by nobody on the agent's side", async () => {
    const states = await ends("http", async (viewer, coming) => {
      const sent = sendRequest(viewer, get);
      const received = await receiveRequest(await coming);
      await received.writeHead({ ...ok, status: 204 });
      await received.endBody();
      await sent.readHead();
      expect(await sent.readBody()).toBeNull();
    });
    expect(states).toEqual(["finished", "finished"]);
  });

  it("a request whose head denies the body that follows", async () => {
    const states = await ends("http", async (viewer, coming, settle) => {
      const writer = new RecordWriter(viewer);
      await writer.writeObject("head", get);
      await writer.write("data", Uint8Array.of(1, 2, 3));
      const received = await receiveRequest(await coming);
      await expect(received.readBody()).rejects.toMatchObject({ code: "protocol-error", origin: "remote" });
      await settle();
    });
    expect(states).toEqual(["protocol-error", "protocol-error"]);
  });

  it("a failure while the body is still being sent", async () => {
    const states = await ends("http", async (viewer, coming, settle) => {
      const sent = sendRequest(viewer, post);
      await sent.writeBody(new Uint8Array(100));
      const received = await receiveRequest(await coming);
      await received.fail(failure("target-unreachable", "nothing there"));
      await expect(sent.readHead()).rejects.toMatchObject({ code: "target-unreachable" });
      await settle();
      await expect(sent.writeBody(new Uint8Array(1))).rejects.toMatchObject({ code: "canceled" });
    });
    expect(states).not.toContain("open");
  });

  it("a peer that breaks the rules of records", async () => {
    const states = await ends("http", async (viewer, coming) => {
      const sent = sendRequest(viewer, post);
      await receiveRequest(await coming);
      await new RecordWriter(await coming).write("text", new Uint8Array(1));
      await expect(sent.readHead()).rejects.toMatchObject({ code: "protocol-error" });
    });
    expect(states).toEqual(["protocol-error", "protocol-error"]);
  });

  it("a head that no receiver would take", async () => {
    const states = await ends("http", async (viewer) => {
      const headers = Array.from({ length: 4 }, (_, index): [string, string] => [`x-${index}`, "v".repeat(60_000)]);
      const sent = sendRequest(viewer, { ...get, headers });
      await expect(sent.readHead()).rejects.toMatchObject({ code: "limit-reached", origin: "local" });
    });
    expect(states[0]).toBe("limit-reached");
  });

  it("a WebSocket that both sides closed, with nobody reading after the close", async () => {
    const states = await ends("websocket", async (viewer, coming) => {
      const opening = openWebSocket(viewer, socketHead);
      const theirs = (await receiveWebSocket(await coming)).accept({ protocol: "", headers: [] });
      const opened = await opening;
      if (opened.type !== "accepted") throw new Error("refused");
      await opened.channel.close({ code: 1000, reason: "" });
      await theirs.receive();
      await theirs.close({ code: 1000, reason: "" });
      await opened.channel.receive();
    });
    expect(states).toEqual(["finished", "finished"]);
  });

  it("a WebSocket that was refused, and one that failed", async () => {
    const refused = await ends("websocket", async (viewer, coming) => {
      const opening = openWebSocket(viewer, socketHead);
      await (await receiveWebSocket(await coming)).refuse({ ...ok, status: 403 });
      await opening;
    });
    expect(refused).toEqual(["finished", "finished"]);
    const failed = await ends("websocket", async (viewer, coming) => {
      const opening = openWebSocket(viewer, socketHead);
      const received = await receiveWebSocket(await coming);
      await received.fail(failure("target-unreachable", "nothing there"));
      await expect(opening).rejects.toMatchObject({ code: "target-unreachable" });
    });
    expect(failed).not.toContain("open");
  });
});
