import { receiveWebSocket } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import { fakePort } from "../../test/fake-port.ts";
import { streamPair } from "../../test/stream-pair.ts";
import { testLog } from "../../test/test-log.ts";
import type { WebSocketToPage } from "../ports/page-port.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";
import { WebSocketExchange } from "./websocket-exchange.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";

function setUp() {
  const clock = createFakeClock();
  const port = fakePort<WebSocketToPage>();
  const cookies = new ServiceCookies("shop-abc.culvert.localhost");
  cookies.takeResponse(["id=secret; HttpOnly; Path=/"], "/");
  const pair = streamPair("websocket", 16 * 1024 * 1024);
  const exchange = new WebSocketExchange({ path: "/live", protocols: ["chat"], origin: appOrigin }, port, {
    appOrigin,
    clock,
    cookies,
    identity: { userAgent: "Browser/1", languages: ["en"] },
    log: testLog(),
    loopbackPort: () => undefined,
    signIn: new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} }),
    openStream: async () => pair.viewer,
    onAnswer: () => {},
  });
  return { ...pair, clock, port, cookies, exchange };
}

async function opened() {
  const parts = setUp();
  const over = parts.exchange.run();
  const received = await receiveWebSocket(parts.agent);
  const channel = received.accept({ protocol: "chat", headers: [["Set-Cookie", "seen=1; Path=/"]] });
  await parts.clock.settle();
  return { ...parts, over, received, channel };
}

describe("WebSocketExchange", () => {
  it("opens with the app's origin and cookies, and keeps cookies of the answer", async () => {
    const { received, port, cookies } = await opened();
    expect(received.head).toMatchObject({ path: "/live", protocols: ["chat"] });
    expect(Object.fromEntries(received.head.headers)).toMatchObject({ origin: "app:", cookie: "id=secret" });
    expect(port.posted).toEqual([{ type: "open", protocol: "chat" }]);
    expect(cookies.documentCookies("/")).toBe("seen=1");
  });

  it("passes text and binary both ways in order, and counts what left", async () => {
    const { channel, port, clock } = await opened();
    port.say({ type: "text", text: "größe" });
    port.say({ type: "binary", bytes: Uint8Array.of(1, 2) });
    expect(await channel.receive()).toEqual({ type: "text", text: "größe" });
    expect(await channel.receive()).toEqual({ type: "binary", bytes: Uint8Array.of(1, 2) });
    await channel.sendText("a");
    await channel.sendBinary(Uint8Array.of(3));
    await clock.settle();
    expect(port.posted.filter(({ type }) => type === "sent")).toEqual([
      { type: "sent", bytes: 7 },
      { type: "sent", bytes: 9 },
    ]);
    expect(port.posted.filter(({ type }) => type === "text" || type === "binary")).toEqual([
      { type: "text", text: "a" },
      { type: "binary", bytes: Uint8Array.of(3) },
    ]);
  });

  it("delivers no more than the page's credit, and goes on with it", async () => {
    const { channel, port, clock } = await opened();
    const message = new Uint8Array(400_000);
    for (let count = 0; count < 5; count += 1) await channel.sendBinary(message);
    await clock.settle();
    const delivered = (): number => port.posted.filter(({ type }) => type === "binary").length;
    expect(delivered()).toBe(3);
    port.say({ type: "credit", limit: 1_048_576 + 400_000 });
    await clock.settle();
    expect(delivered()).toBe(4);
    port.say({ type: "credit", limit: 1_048_576 + 800_000 });
    await clock.settle();
    expect(delivered()).toBe(5);
  });

  it("closes cleanly from the page with the target's echo", async () => {
    const { channel, port, over } = await opened();
    port.say({ type: "close", code: 4001, reason: "bye" });
    expect(await channel.receive()).toEqual({ type: "close", close: { code: 4001, reason: "bye" } });
    await channel.close({ code: 4001, reason: "bye" });
    await over;
    expect(port.posted.at(-1)).toEqual({ type: "close", code: 4001, reason: "bye", wasClean: true });
    expect(port.closed).toBe(true);
  });

  it("closes cleanly from the target", async () => {
    const { channel, port, over } = await opened();
    await channel.close({ code: 1000, reason: "done" });
    await over;
    expect(port.posted.at(-1)).toEqual({ type: "close", code: 1000, reason: "done", wasClean: true });
    expect(await channel.receive()).toMatchObject({ type: "close", close: { code: 1000 } });
  });

  it("shows a cut connection as 1006", async () => {
    const { channel, port, over } = await opened();
    channel.abort("peer-restarted");
    await over;
    expect(port.posted.at(-1)).toEqual({ type: "close", code: 1006, reason: "", wasClean: false });
  });

  it("fails where the target refuses the upgrade or cannot be reached", async () => {
    const refused = setUp();
    const refusedOver = refused.exchange.run();
    await (await receiveWebSocket(refused.agent)).refuse({ status: 403, statusText: "Forbidden", headers: [] });
    await refusedOver;
    expect(refused.port.posted).toEqual([{ type: "failed", message: "the app answered 403" }]);
    const down = setUp();
    const downOver = down.exchange.run();
    await (await receiveWebSocket(down.agent)).fail({ code: "target-unreachable", message: "nothing there", hint: "" });
    await downOver;
    expect(down.port.posted).toEqual([{ type: "failed", message: "nothing there" }]);
  });

  it("resets its stream where the page closes it before it is open", async () => {
    const { exchange, port, agent, resets } = setUp();
    const over = exchange.run();
    const received = await receiveWebSocket(agent);
    port.say({ type: "close", code: 1000, reason: "" });
    await over;
    expect(port.posted).toEqual([{ type: "failed", message: "closed before it was open" }]);
    expect(resets).toContain("canceled");
    await expect(received.accept({ protocol: "", headers: [] }).receive()).rejects.toMatchObject({ code: "canceled" });
  });

  it("says 1001 to the target where the page is gone", async () => {
    const { channel, exchange, port } = await opened();
    exchange.cancel();
    expect(await channel.receive()).toEqual({ type: "close", close: { code: 1001, reason: "" } });
    expect(port.closed).toBe(true);
  });

  it("drops the WebSocket of a page that breaks the rules", async () => {
    const { channel, port, over } = await opened();
    port.say({ type: "close", code: 12, reason: "" });
    await over;
    expect(port.posted.at(-1)).toEqual({ type: "close", code: 1006, reason: "", wasClean: false });
    await expect(channel.receive()).rejects.toMatchObject({ code: "canceled" });
  });
});
