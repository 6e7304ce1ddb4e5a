/** The test tools can fail: a search that finds nothing anywhere would prove nothing. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { findCanaries } from "../harness/canary.ts";
import { clearClientBytes, isWebSocket, requestsOf } from "../harness/recorded-http.ts";
import { type Recorder, startRecorder } from "../harness/recorder.ts";

const secret = "canary-7Qz+/ä";
const server = createServer((request, response) => {
  request.resume().on("end", () => response.end("answer"));
});
const sockets = new WebSocketServer({ server });
let recorder: Recorder;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  recorder = await startRecorder({ keepsBytes: true });
  recorder.pointAt((server.address() as AddressInfo).port);
});
afterAll(async () => {
  await recorder.close();
  sockets.close();
  server.close();
});

test.each([
  ["plain", secret],
  ["base64", Buffer.from(`x${secret}yz`).toString("base64")],
  ["base64, other place", Buffer.from(`xy${secret}z`).toString("base64")],
  ["base64url", Buffer.from(`abc${secret}`).toString("base64url")],
  ["hex", Buffer.from(secret).toString("hex")],
  ["percent codes", `/path?query=${encodeURIComponent(secret)}`],
])("a secret is found in %s", (_, text) => {
  const sightings = findCanaries({ secret }, [
    { name: "clean", bytes: Buffer.from("nothing") },
    { name: "dirty", bytes: Buffer.from(text) },
  ]);
  expect(new Set(sightings.map(({ place }) => place))).toEqual(new Set(["dirty"]));
});

test("the recorder tells requests by path and host, and reads masked WebSocket messages", async () => {
  const address = `127.0.0.1:${recorder.port}`;
  await (await fetch(`http://${address}/one?two`, { method: "POST", body: "body" })).text();
  const socket = new WebSocket(`ws://${address}/socket`);
  await once(socket, "open");
  socket.send(secret);
  socket.send(Buffer.alloc(70_000, secret));
  socket.close();
  await once(socket, "close");

  const connections = recorder.connections();
  expect(requestsOf(connections)).toEqual([
    { method: "POST", path: "/one?two", host: address },
    { method: "GET", path: "/socket", host: address },
  ]);
  const [webSocket] = connections.filter(isWebSocket);
  if (webSocket === undefined) throw new Error("No connection became a WebSocket.");
  const places = [
    { name: "masked", bytes: webSocket.fromClient },
    { name: "clear", bytes: clearClientBytes(webSocket) },
  ];
  expect(new Set(findCanaries({ secret }, places).map(({ place }) => place))).toEqual(new Set(["clear"]));
  expect(clearClientBytes(webSocket).length).toBeGreaterThan(70_000);
  expect(recorder.byteCount).toBeGreaterThan(70_000);
});
