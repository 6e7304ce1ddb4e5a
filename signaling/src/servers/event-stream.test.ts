import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import type { ServerEvent } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { writeEventStream } from "./event-stream.ts";

/** A response that only its `destroyed` and its close matter of. */
function responseOf(destroyed: boolean): ServerResponse {
  const response = Object.assign(new EventEmitter(), { destroyed, writeHead: () => response, write: () => true });
  return response as unknown as ServerResponse;
}

test("a reader who left while it was asked who it is leaves nothing behind", async () => {
  let watchers = 0;
  const watch = () => {
    watchers += 1;
    return () => {
      watchers -= 1;
    };
  };
  const source = {
    snapshot: async (): Promise<ServerEvent> => ({ type: "servers", servers: [] }),
    watch,
    watchEnd: watch,
    maySeeMore: async () => true,
  };
  await writeEventStream(responseOf(true), source);
  expect(watchers).toBe(0);

  const reader = responseOf(false);
  const written = writeEventStream(reader, source);
  expect(watchers).toBe(2);
  reader.emit("close");
  await written;
  expect(watchers).toBe(0);
});
