import { expect, test } from "vitest";
import { replayedRequest } from "./replayed-request.ts";
import { type LoggedHead, RequestLog } from "./request-log.ts";

const head: LoggedHead = {
  ...{ kind: "http", serviceName: "app", viewerId: "v1", method: "POST", path: "/", headers: [], hasBody: true },
  replayOf: null,
};

function logged(...parts: readonly string[]) {
  const log = new RequestLog({ nowMs: () => 0, wallMs: () => 1_000 });
  log.keepBodiesUntil(60_000);
  const recording = log.begin(head);
  for (const part of parts) recording.requestBytes(Buffer.from(part));
  const entry = log.find(recording.id);
  if (entry === undefined) throw new Error("it is not in the log");
  return { recording, entry };
}

test("a body that passed to its end is sent again", async () => {
  const { recording, entry } = logged("one ", "two");
  recording.requestEnded();
  const { request } = replayedRequest(entry);
  expect(Buffer.from((await request.readBody()) ?? []).toString()).toBe("one two");
  expect(await request.readBody()).toBeNull();
});

test("the part of a body that broke off is not sent as a whole one", () => {
  const { recording, entry } = logged("one ");
  recording.end();
  expect(() => replayedRequest(entry)).toThrow(expect.objectContaining({ code: "invalid-request" }));
});
