import type { InspectedDetail } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { harEnd, harEntry, harStart } from "./har-file.ts";
import { inspected } from "./inspected-request.fixture.ts";

const detail: InspectedDetail = {
  ...{ id: 1, isKept: true, path: "/a?x=1&y=2", requestBody: null, frames: [] },
  requestHeaders: [["Referer", "app:/from"]],
  answerHeaders: [
    ["Content-Type", "image/png"],
    ["Location", "app:/next"],
  ],
  answerBody: { text: null, bytes: Uint8Array.of(0, 255), keptBytes: 2, sizeBytes: 2, isEnded: true },
};

test("an archive of no and of two entries is JSON of version 1.2", () => {
  const entry = JSON.stringify(harEntry({ request: inspected(), detail }, "http://localhost:3000"));
  expect(JSON.parse(harStart + harEnd)).toMatchObject({ log: { version: "1.2", entries: [] } });
  const { log } = JSON.parse(`${harStart}${entry},${entry}${harEnd}`);
  expect(log).toMatchObject({ creator: { name: "Culvert" }, pages: [] });
  expect(log.entries).toHaveLength(2);
});

test("an entry's times add up, and its addresses are the machine's", () => {
  const request = inspected({ path: "/a?x=…", queueMs: 2, headMs: 40, totalMs: 50, answerBytes: 2 });
  expect(harEntry({ request, detail }, "http://localhost:3000")).toMatchObject({
    startedDateTime: "2023-11-14T22:13:20.000Z",
    time: 50,
    timings: { blocked: 2, dns: -1, connect: -1, ssl: -1, send: 0, wait: 38, receive: 10 },
    _targetMs: 25,
    request: {
      url: "http://localhost:3000/a?x=1&y=2",
      headers: [{ name: "Referer", value: "http://localhost:3000/from" }],
      queryString: [
        { name: "x", value: "1" },
        { name: "y", value: "2" },
      ],
    },
    response: {
      status: 200,
      redirectURL: "http://localhost:3000/next",
      content: { size: 2, mimeType: "image/png", text: "AP8=", encoding: "base64" },
    },
  });
});

test("a refused request has the status 0 and says why", () => {
  const request = inspected({ status: null, code: "policy", message: "No.", headMs: null, totalMs: 4, queueMs: 1 });
  const entry = harEntry({ request, detail: { ...detail, answerHeaders: [], answerBody: null } }, "http://localhost");
  expect(entry).toMatchObject({ comment: "policy: No.", response: { status: 0, _error: "policy" }, time: 1 });
});

test("an entry of which only the line is left has the line's path", () => {
  const entry = harEntry({ request: inspected(), detail: { ...detail, isKept: false, path: "" } }, "http://localhost");
  expect(entry).toMatchObject({ request: { url: "http://localhost/api/items" } });
});

test("messages of a socket are as Chromium writes them", () => {
  const frame = {
    index: 1,
    afterMs: 500,
    direction: "sent",
    type: "text",
    sizeBytes: 2,
    label: "",
    text: "hi",
  } as const;
  const request = inspected({ kind: "websocket", path: "/ws", status: 101 });
  const entry = harEntry({ request, detail: { ...detail, path: "/ws", frames: [frame] } }, "http://localhost:3000");
  expect(entry).toMatchObject({
    request: { url: "ws://localhost:3000/ws" },
    _webSocketMessages: [{ type: "send", time: 1_700_000_000.5, opcode: 1, data: "hi" }],
  });
});
