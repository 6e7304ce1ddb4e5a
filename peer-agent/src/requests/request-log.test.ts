import { expect, test } from "vitest";
import { type LoggedHead, RequestLog } from "./request-log.ts";

const head: LoggedHead = {
  ...{ kind: "http", serviceName: "app", viewerId: "v1", method: "GET", path: "/", headers: [], hasBody: false },
  replayOf: null,
};

function log() {
  let nowMs = 0;
  const requests = new RequestLog({ nowMs: () => nowMs, wallMs: () => 1_000_000 + nowMs });
  return { requests, pass: (ms: number) => (nowMs += ms) };
}

test("a request is there at once, and each change of it is newer than everything before", () => {
  const { requests, pass } = log();
  const first = requests.begin(head);
  const second = requests.begin(head);
  const seen = requests.revision;
  pass(12);
  first.answer({ status: 200, headers: [], code: null, message: "" });
  first.answerBytes(new Uint8Array(10));
  pass(3);
  first.end();
  expect(requests.since(seen)).toMatchObject([{ id: first.id, answer: { status: 200 }, headMs: 12, totalMs: 15 }]);
  expect(requests.find(first.id)?.answerBody.sizeBytes).toBe(10);
  expect(requests.find(second.id)).toMatchObject({ answer: null, totalMs: null });
});

test("an answer that breaks keeps its status and gets its code", () => {
  const { requests } = log();
  const one = requests.begin(head);
  one.answer({ status: 200, headers: [], code: null, message: "" });
  one.answer({ status: null, headers: [], code: "target-aborted", message: "" });
  expect(requests.find(one.id)?.answer).toMatchObject({ status: 200, code: "target-aborted" });
});

test("bodies are kept only while asked for, and never beyond their bound", () => {
  const { requests, pass } = log();
  const before = requests.begin(head);
  before.requestBytes(Buffer.from("no"));
  requests.keepBodiesUntil(1_000_000 + 60_000);
  const kept = requests.begin(head);
  kept.answerBytes(new Uint8Array(100_000).fill(1));
  pass(60_001);
  const after = requests.begin(head);
  after.answerBytes(new Uint8Array(10));
  const keptBytes = (id: number) => requests.find(id)?.answerBody.keptBytes;
  expect([requests.find(before.id)?.requestBody.keptBytes, keptBytes(kept.id), keptBytes(after.id)]).toEqual([
    0, 65_536, 0,
  ]);
  expect(requests.find(kept.id)?.answerBody).toMatchObject({ sizeBytes: 100_000, isWhole: false });
  requests.keepBodiesUntil(0);
  expect(keptBytes(kept.id)).toBe(0);
});

test("it holds the newest five hundred, and eight MiB at most", () => {
  const { requests } = log();
  for (let count = 0; count < 600; count += 1) requests.begin(head).end();
  expect(requests.since(0).map(({ id }) => id)).toEqual(Array.from({ length: 500 }, (_, index) => index + 101));
  requests.keepBodiesUntil(Number.MAX_SAFE_INTEGER);
  for (let count = 0; count < 300; count += 1) {
    const one = requests.begin({ ...head, headers: [["X", "y".repeat(60_000)]] });
    one.answerBytes(new Uint8Array(65_536));
    one.end();
  }
  const held = requests.since(0).reduce((sum, { answerBody }) => sum + answerBody.keptBytes + 60_000, 0);
  expect(held).toBeGreaterThan(7 * 1024 * 1024);
  expect(held).toBeLessThanOrEqual(8 * 1024 * 1024);
  expect(requests.since(0).at(-1)?.id).toBe(900);
});

test("whoever waits for a change is told once", () => {
  const { requests } = log();
  let told = 0;
  requests.onChange(() => (told += 1));
  const stop = requests.onChange(() => (told += 100));
  stop();
  requests.begin(head);
  requests.begin(head);
  expect(told).toBe(1);
});
