import { receiveRequest, sendRequest } from "@culvert/protocol/http";
import { expect, test } from "vitest";
import { streamPair } from "../testing/stream-pair.ts";
import { type AnsweredRequest, watchedRequest } from "./answered-request.ts";

async function answered(path: string, finish: (request: Awaited<ReturnType<typeof receiveRequest>>) => Promise<void>) {
  const { viewer, agent } = streamPair("http");
  sendRequest(viewer, { method: "GET", path, headers: [], hasBody: false });
  const told: AnsweredRequest[] = [];
  let nowMs = 100;
  const watch = { nowMs: () => nowMs, onAnswered: (request: AnsweredRequest) => told.push(request) };
  const received = watchedRequest(await receiveRequest(agent), watch);
  nowMs += 7;
  await finish(received);
  return told;
}

test("an answer is told once, at its head, without the query", async () => {
  const told = await answered("/items?token=secret", async (request) => {
    await request.writeHead({ status: 200, statusText: "OK", headers: [] });
    await request.fail({ code: "target-aborted", message: "", hint: "" });
  });
  expect(told).toEqual([{ kind: "http", method: "GET", path: "/items", status: 200, code: null, durationMs: 7 }]);
});

test("a failure in place of an answer is told by its code", async () => {
  const told = await answered("/", (request) => request.fail({ code: "policy", message: "no", hint: "" }));
  expect(told).toMatchObject([{ status: null, code: "policy" }]);
});

test("an interim head is no answer", async () => {
  const told = await answered("/", async (request) => {
    await request.writeInterimHead({ status: 103, statusText: "", headers: [] });
  });
  expect(told).toEqual([]);
});
