/** Every node hears every notice once, with the bus or without. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerId, SessionId } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bus, MemoryBus } from "../bus/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { Notices } from "./notices.ts";

let folder: string;
let store: Store;
let nowMs: number;
const serverId = "s" as ServerId;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-notices-"));
  store = await openStore(folder);
  nowMs = 1_000_000;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A bus of several nodes; `carries`: false for one that is down. */
function sharedBus(carries: boolean): Bus {
  const bus = new MemoryBus();
  return Object.assign(Object.create(bus) as Bus, {
    isShared: true,
    publish: (subject: string, data: Uint8Array) => {
      if (carries) bus.publish(subject, data);
    },
    subscribe: bus.subscribe.bind(bus),
  });
}

function nodeOn(bus: Bus) {
  const notices = new Notices({ store, bus, nowMs: () => nowMs });
  const heard: string[] = [];
  notices.on("server-dismissed", (body) => heard.push(body.serverId));
  notices.on("session-revoked", (body) => heard.push(body.sessionId));
  return { notices, heard };
}

test("the bus brings a notice at once, and the poll brings it not again", async () => {
  const bus = sharedBus(true);
  const [here, there] = [nodeOn(bus), nodeOn(bus)];
  await here.notices.post("server-dismissed", { serverId });
  expect([here.heard, there.heard]).toEqual([["s"], ["s"]]);
  for (const { notices } of [here, there]) await notices.poll();
  expect([here.heard, there.heard]).toEqual([["s"], ["s"]]);
});

test("without the bus the poll brings it, also to a node that missed rounds, and a revoked session by its own row", async () => {
  const bus = sharedBus(false);
  const [here, there] = [nodeOn(bus), nodeOn(bus)];
  await here.notices.post("server-dismissed", { serverId });
  await revokedSession("session");
  here.notices.sessionRevoked({ sessionId: "session" as SessionId, serverId });
  expect([here.heard, there.heard]).toEqual([["s", "session"], []]);
  nowMs += 10 * 60_000;
  for (const { notices } of [here, there]) await notices.poll();
  expect([here.heard, there.heard]).toEqual([
    ["s", "session"],
    ["s", "session"],
  ]);
});

test("old notices are forgotten, young ones are kept", async () => {
  const { notices } = nodeOn(sharedBus(true));
  await notices.post("server-dismissed", { serverId });
  nowMs += 24 * 60 * 60_000 + 1;
  await notices.post("server-dismissed", { serverId });
  await notices.forgetOld();
  expect((await store.queries.selectFrom("notices").select("at").execute()).map(({ at }) => at)).toEqual([nowMs]);
});

async function revokedSession(sessionId: string): Promise<void> {
  await store.queries
    .insertInto("remoteSessions")
    .values({
      ...{ sessionId, accountId: "a", serverId, serviceId: "i", serviceName: "n", ticketHash: sessionId },
      ...{
        deviceThumbprint: "t",
        signInId: null,
        memberId: null,
        createdAt: nowMs,
        expiresAt: nowMs,
        revokedAt: nowMs,
      },
    })
    .execute();
}
