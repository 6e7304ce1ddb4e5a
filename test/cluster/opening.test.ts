/** Three nodes, no sticky sessions: the agent at one, the viewer at another, calls at whichever. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClusterStage, setClusterStage } from "./stage.ts";

/** More than any credit, so that it must flow end to end. */
const download = randomBytes(3 * 1024 * 1024);

function app(request: IncomingMessage, answer: ServerResponse): void {
  if (request.url === "/download") answer.end(download);
  else if (request.method === "POST") request.pipe(answer);
  else answer.end("hello from behind the nodes");
}

const hash = (bytes: ArrayBuffer | Uint8Array) => createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

let stage: ClusterStage;

beforeAll(async () => {
  stage = await setClusterStage(app, "full");
}, 120_000);
afterAll(() => stage?.close());

describe("a viewer at another node than its agent", () => {
  let service: ServiceConnection;
  beforeAll(async () => {
    service = await stage.open("b");
  });

  test("is shown the same list by every node", async () => {
    for (const name of ["a", "b", "c"] as const) {
      const [server] = await stage.owner.servers(stage.nodes.node(name).port);
      expect([name, server?.state]).toEqual([name, "ready"]);
    }
  });

  test("opens the app, and moves to a direct path", async () => {
    expect(await (await service.fetch("/")).text()).toBe("hello from behind the nodes");
    await expect.poll(() => service.paths().map(({ kind }) => kind), { timeout: 20_000 }).toContain("direct");
  });

  test("gets and sends 3 MiB unchanged", async () => {
    const answer = await service.fetch("/download");
    expect(hash(await answer.arrayBuffer())).toBe(hash(download));
    const echoed = await service.fetch("/", { method: "POST", body: download });
    expect(hash(await echoed.arrayBuffer())).toBe(hash(download));
  });
});
