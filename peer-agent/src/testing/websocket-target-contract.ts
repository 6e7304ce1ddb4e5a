/** What every target must do with WebSockets, held against a ws server on loopback. */
import type { IncomingMessage, Server } from "node:http";
import {
  type OpenedWebSocket,
  openWebSocket,
  receiveWebSocket,
  type WebSocketChannel,
  type WebSocketHead,
} from "@culvert/protocol/http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { ServiceTarget } from "../targets/target.ts";
import { streamPair } from "./stream-pair.ts";
import type { TargetWorld } from "./target-world.ts";

/** Opens a WebSocket through a target, as a viewer does. */
export function openThrough(target: ServiceTarget, head: Partial<WebSocketHead> = {}) {
  const { viewer, agent } = streamPair("websocket");
  const opened = openWebSocket(viewer, { path: "/socket", headers: [], protocols: [], ...head });
  const served = receiveWebSocket(agent).then((request) => target.joinWebSocket(request));
  return { opened, served, viewer };
}

/** The channel, or an error that shows the refusal. */
export function channelOf(opened: OpenedWebSocket): WebSocketChannel {
  if (opened.type === "refused") throw new Error(`refused with ${opened.head.status}`);
  return opened.channel;
}

/** Registers the suite for one kind of target; see `httpTargetContract`. */
export function webSocketTargetContract(name: string, world: TargetWorld): void {
  describe(`${name} as a target for WebSockets`, () => {
    let server: Server;
    let sockets: WebSocketServer;
    let target: ServiceTarget;
    let port = 0;
    let onSocket: (socket: WebSocket, request: IncomingMessage) => void = () => {};

    beforeEach(async () => {
      server = world.createServer((_request, answer) => answer.writeHead(403, { "x-why": "no" }).end("refused"));
      sockets = new WebSocketServer({
        server,
        path: "/socket",
        maxPayload: 0,
        handleProtocols: (offered) => (offered.has("chat.2") ? "chat.2" : false),
      });
      sockets.on("connection", (socket, request) => onSocket(socket, request));
      port = await world.listen(server);
      target = world.createTarget(port);
    });
    afterEach(async () => {
      await target.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close();
    });

    test("offers subprotocols and headers, and tells which protocol was chosen", async () => {
      let seen: unknown;
      onSocket = (_socket, { headers }) => {
        seen = [headers.host, headers.origin, headers.cookie, headers["sec-websocket-extensions"]];
      };
      const headers: [string, string][] = [
        ["Origin", "app:"],
        ["Cookie", "a=1"],
        ["Sec-WebSocket-Key", "forged"],
      ];
      const opened = await openThrough(target, { protocols: ["chat.1", "chat.2"], headers }).opened;
      expect(opened).toMatchObject({ type: "accepted", answer: { protocol: "chat.2" } });
      expect(seen).toEqual([world.authority(port), world.origin(port), "a=1", undefined]);
    });

    test("keeps order and kind of messages both ways, also of those sent at once on opening", async () => {
      onSocket = (socket) => {
        socket.send("hello");
        socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
      };
      const channel = channelOf(await openThrough(target).opened);
      await channel.sendText("t\u00e9xt \u{1f600}");
      await channel.sendBinary(new Uint8Array([1, 2, 3]));
      await channel.sendText("");
      expect(await channel.receive()).toEqual({ type: "text", text: "hello" });
      expect(await channel.receive()).toEqual({ type: "text", text: "t\u00e9xt \u{1f600}" });
      expect(await channel.receive()).toMatchObject({ type: "binary" });
      expect(await channel.receive()).toEqual({ type: "text", text: "" });
    });

    test("carries a message of 16 MiB", async () => {
      onSocket = (socket) => socket.on("message", (data) => socket.send(data));
      const channel = channelOf(await openThrough(target).opened);
      const sending = channel.sendBinary(new Uint8Array(16 * 1024 * 1024).fill(7));
      const event = await channel.receive();
      await sending;
      expect(event.type === "binary" && event.bytes.length).toBe(16 * 1024 * 1024);
    });

    test("a close of the viewer reaches the target, and its echo comes back", async () => {
      const seen = Promise.withResolvers<unknown>();
      onSocket = (socket) => socket.on("close", (code, reason) => seen.resolve([code, reason.toString()]));
      const { opened, served } = openThrough(target);
      const channel = channelOf(await opened);
      await channel.close({ code: 4001, reason: "bye" });
      expect(await seen.promise).toEqual([4001, "bye"]);
      expect(await channel.receive()).toEqual({ type: "close", close: { code: 4001, reason: "bye" } });
      await served;
    });

    test.each([
      [1000, "done"],
      [4999, "full"],
    ])("a close of the target with %i reaches the viewer", async (code, reason) => {
      onSocket = (socket) => socket.close(code, reason);
      const channel = channelOf(await openThrough(target).opened);
      expect(await channel.receive()).toEqual({ type: "close", close: { code, reason } });
    });

    test("a connection that is cut reads as 1006", async () => {
      onSocket = (socket) => socket.terminate();
      const channel = channelOf(await openThrough(target).opened);
      expect(await channel.receive()).toEqual({ type: "close", close: { code: 1006, reason: "" } });
    });

    test("a viewer that goes away cuts the target's socket", async () => {
      const gone = Promise.withResolvers<number>();
      onSocket = (socket) => socket.on("close", (code) => gone.resolve(code));
      const { opened, served } = openThrough(target);
      channelOf(await opened).abort("canceled");
      expect(await gone.promise).toBe(1006);
      await served;
    });

    test("an answer that is no upgrade is passed on as a refusal", async () => {
      const { opened, served } = openThrough(target, { path: "/elsewhere" });
      const answer = await opened;
      expect(answer).toMatchObject({ type: "refused", head: { status: 400 } });
      await served;
    });

    test("a target that is down fails the opening in words", async () => {
      server.close();
      server.closeAllConnections();
      const { opened, served } = openThrough(target);
      await expect(opened).rejects.toMatchObject({ code: "target-unreachable" });
      await served;
    });

    test("a slow viewer holds the target back", async () => {
      let sentBytes = 0;
      const blocked = Promise.withResolvers<void>();
      onSocket = (socket) => {
        const more = () => {
          if (sentBytes >= 256 * 1024 * 1024) return;
          sentBytes += 65_536;
          socket.send(Buffer.alloc(65_536), more);
        };
        more();
        untilQuiet(() => sentBytes).then(blocked.resolve);
      };
      const channel = channelOf(await openThrough(target).opened);
      await blocked.promise;
      expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
      channel.abort("canceled");
    });
  });
}

/** Resolves when a figure has not changed for many turns of the event loop. */
async function untilQuiet(figure: () => number): Promise<void> {
  let quietTurns = 0;
  for (let last = figure(); quietTurns < 2_000; last = figure()) {
    await new Promise((resolve) => setImmediate(resolve));
    quietTurns = figure() === last ? quietTurns + 1 : 0;
  }
}
