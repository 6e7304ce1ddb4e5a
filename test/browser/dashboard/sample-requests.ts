/** Requests of an app as a core tells them, for pages under test. */
import type { AppViewPath, InspectedDetail, InspectedFrame, InspectedRequest } from "@culvert/browser-client";
import { nowMs } from "./sample-servers.ts";

/** A request of type fetch that went well, with changes. */
export function requestOf(id: number, changes: Partial<InspectedRequest> = {}): InspectedRequest {
  return {
    ...{ id, kind: "http", method: "GET", path: `/api/items?page=${id}`, destination: "", atMs: nowMs - 60_000 + id },
    ...{ status: 200, code: null, message: "", hint: "", contentType: "application/json" },
    ...{ queueMs: 0.4, headMs: 38, targetMs: 24, totalMs: 41, requestBytes: 0, answerBytes: 4_100, frames: 0 },
    replayOf: null,
    ...changes,
  };
}

/** What a visit to a dev server looks like, with everything that can be said of a request. */
export const visit: readonly InspectedRequest[] = [
  requestOf(1, { path: "/", destination: "document", contentType: "text/html", headMs: 52, targetMs: 31, totalMs: 58 }),
  requestOf(2, {
    path: "/@vite/client",
    destination: "script",
    contentType: "text/javascript",
    answerBytes: 182_044,
    totalMs: 96,
  }),
  requestOf(3, { path: "/src/main.tsx?t=1732198812", destination: "script", contentType: "text/javascript" }),
  requestOf(4, {
    path: "/src/index.css",
    destination: "style",
    contentType: "text/css",
    answerBytes: 2_204,
    totalMs: 33,
  }),
  requestOf(5, {
    path: "/assets/react.svg",
    destination: "image",
    contentType: "image/svg+xml",
    status: 304,
    answerBytes: 0,
  }),
  requestOf(6, {
    kind: "websocket",
    path: "/?token=‹masked›",
    destination: "websocket",
    status: 101,
    contentType: "",
    totalMs: null,
    frames: 3,
  }),
  requestOf(7, {
    method: "POST",
    path: "/api/login",
    requestBytes: 64,
    status: 401,
    answerBytes: 38,
    headMs: 120,
    targetMs: 101,
    totalMs: 121,
  }),
  requestOf(8, { kind: "events", path: "/api/clock", contentType: "text/event-stream", totalMs: null, frames: 12 }),
  requestOf(9, {
    ...{ path: "/admin/users", status: null, code: "policy", message: "This service does not allow that path." },
    ...{ hint: "Change the policy on the server. The rule: deny.pathPrefixes: /admin.", contentType: "" },
    ...{ headMs: null, targetMs: null, totalMs: 14, answerBytes: 0 },
  }),
  requestOf(10, { path: "/api/report/slow", headMs: 2_310, targetMs: 2_260, totalMs: 2_480, answerBytes: 812_000 }),
  requestOf(11, {
    ...{ path: "/api/export", status: null, code: "target-unreachable", message: "Nothing answers on port 5173." },
    ...{
      hint: "Start the app on the server.",
      contentType: "",
      headMs: null,
      targetMs: null,
      totalMs: 6,
      answerBytes: 0,
    },
  }),
  requestOf(12, { method: "PUT", path: "/api/items/7", requestBytes: 40, replayOf: 7, status: 500, answerBytes: 120 }),
  requestOf(13, {
    path: "/api/search?q=cul",
    status: null,
    code: "canceled",
    headMs: null,
    targetMs: null,
    totalMs: 88,
    answerBytes: 0,
  }),
  requestOf(14, {
    path: "/api/items?page=2",
    status: null,
    headMs: null,
    targetMs: null,
    totalMs: null,
    contentType: "",
    answerBytes: 0,
  }),
];

/** Details for any of them. */
export const anyDetail: InspectedDetail = {
  ...{ id: 0, isKept: true, path: "/api/items", frames: [] },
  requestHeaders: [
    ["accept", "application/json"],
    ["authorization", "‹masked›"],
    ["cookie", "sid=‹masked›; theme=‹masked›"],
    ["referer", "app:/items"],
    [
      "user-agent",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    ],
  ],
  answerHeaders: [
    ["Content-Type", "application/json; charset=utf-8"],
    ["ETag", 'W/"5d8-19bf"'],
    ["Set-Cookie", "sid=‹masked›; Path=/; HttpOnly"],
    ["Date", "Sat, 21 Nov 2026 14:19:42 GMT"],
  ],
  requestBody: {
    text: '{"name":"Ada","password":"‹masked›"}',
    bytes: null,
    keptBytes: 36,
    sizeBytes: 36,
    isEnded: true,
  },
  answerBody: {
    text: '{"items":[{"id":7,"title":"A tunnel under a road"},{"id":8,"title":"Water goes on"}],"next":null}',
    ...{ bytes: null, keptBytes: 98, sizeBytes: 98, isEnded: true },
  },
};

const frameOf = (index: number, changes: Partial<InspectedFrame>): InspectedFrame => ({
  ...{ index, afterMs: 40 * index, direction: "received", type: "text", sizeBytes: 34, label: "", text: null },
  ...changes,
});

/** Messages of the socket of `visit`. */
export const socketDetail: InspectedDetail = {
  ...anyDetail,
  id: 6,
  requestBody: null,
  answerBody: null,
  frames: [
    frameOf(1, { text: '{"type":"connected"}' }),
    frameOf(2, { direction: "sent", text: '{"type":"ping"}', sizeBytes: 15 }),
    frameOf(3, { text: '{"type":"update","updates":[{"type":"js-update","path":"/src/App.tsx"}]}', sizeBytes: 74 }),
  ],
};

/** Of a request that the policy refused. */
export const refusedDetail: InspectedDetail = {
  ...anyDetail,
  id: 9,
  answerHeaders: [],
  requestBody: null,
  answerBody: null,
};

/** A way that carries the app. */
export function pathOf(changes: Partial<AppViewPath> = {}): AppViewPath {
  return {
    ...{ pathId: 2, kind: "direct", isTrusted: true, rttMs: 12.3, carries: "all" },
    ...{ sentBytesPerSecond: 12_000, receivedBytesPerSecond: 840_000, sentBytes: 120_400, receivedBytes: 4_118_220 },
    ...changes,
  };
}
