import type { HeaderList, ReceivedRequest, ReceivedWebSocket, ResponseHead } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { timedRequest, timedWebSocket } from "./target-time.ts";

const headers: HeaderList = [["Content-Type", "text/plain"]];

test("the head says how long the target took for it", async () => {
  const clock = createFakeClock();
  const heads: ResponseHead[] = [];
  const received = { writeHead: async (head: ResponseHead) => void heads.push(head) } as unknown as ReceivedRequest;
  const timed = timedRequest(received, clock);
  await clock.advance(41.26);
  await timed.writeHead({ status: 200, statusText: "OK", headers });
  expect(heads).toEqual([{ status: 200, statusText: "OK", headers, targetMs: 41.3 }]);
});

test("so do a WebSocket's 101 and what refused it", async () => {
  const clock = createFakeClock();
  const answers: object[] = [];
  const received = {
    accept: (answer: object) => void answers.push(answer),
    refuse: async (head: object) => void answers.push(head),
  } as unknown as ReceivedWebSocket;
  const timed = timedWebSocket(received, clock);
  await clock.advance(5);
  timed.accept({ protocol: "", headers: [] });
  await clock.advance(2);
  await timed.refuse({ status: 403, statusText: "", headers: [] });
  expect(answers).toEqual([
    { protocol: "", headers: [], targetMs: 5 },
    { status: 403, statusText: "", headers: [], targetMs: 7 },
  ]);
});
