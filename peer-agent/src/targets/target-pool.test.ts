import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../testing/asking-viewer.ts";
import { targetPool } from "./target-pool.ts";

const wrong = {
  "a name that is none": ["a b", "x"],
  "a value with a line end": ["a", "x\ny"],
  "a length that is none": ["content-length", "+3"],
  "a framing that is ours": ["transfer-encoding", "chunked"],
};

test.for(Object.entries(wrong))("a pool does not grow with requests that undici refuses: %s", async ([, headers]) => {
  const { ask, clients } = await servedPool();
  expect(await ask([])).toBe("answered");
  for (let count = 0; count < 50; count += 1) expect(await ask(headers)).toBe("refused");
  expect(await ask([])).toBe("answered");
  // One is still on its way back to the pool when the next request comes.
  expect(clients()).toBeLessThanOrEqual(4);
});

test("a pool has a client for each request under way, and uses it again", async () => {
  const { ask, clients } = await servedPool();
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => ask(index === 3 ? ["a b", "x"] : [])));
    expect(answers.filter((answer) => answer === "answered")).toHaveLength(7);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(clients()).toBeLessThanOrEqual(16);
});

/** A pool before a server that answers everything. */
async function servedPool() {
  let made = 0;
  const server = createServer((request, answer) => {
    request.resume();
    answer.end("x");
  });
  const port = await listen(server);
  const pool = targetPool(`http://127.0.0.1:${port}`, { connections: null, pipelining: 1 }, () => {
    made += 1;
  });
  onTestFinished(async () => {
    await pool.destroy();
    server.close();
  });
  const ask = (headers: string[]) =>
    new Promise<"answered" | "refused">((resolve) => {
      pool.dispatch(
        { path: "/", method: "GET", headers },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd: () => resolve("answered"),
          onResponseError: () => resolve("refused"),
        },
      );
    });
  return { ask, clients: () => made };
}
