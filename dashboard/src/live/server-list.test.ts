import type { ServerEvent, ServerView } from "@culvert/protocol/signaling";
import { expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { applyServerEvents } from "./server-list.ts";

const first = serverView();
const second = serverView({ serverId: "b".repeat(26) as ServerView["serverId"], label: "lab-pi" });
const removed = (server: ServerView): ServerEvent => ({ type: "server-removed", serverId: server.serverId });

it("takes a snapshot whole", () => {
  expect(applyServerEvents([first], [{ type: "servers", servers: [second] }])).toEqual([second]);
});

it("changes a known server in its place, and leaves the others the objects that they are", () => {
  const changed = { ...first, state: "degraded" as const };
  const after = applyServerEvents([first, second], [{ type: "server", server: changed }]);
  expect(after).toEqual([changed, second]);
  expect(after[1]).toBe(second);
});

it("adds a server that is new", () => {
  expect(applyServerEvents([first], [{ type: "server", server: second }])).toEqual([first, second]);
});

it("drops a removed server, and changes nothing for one it does not know", () => {
  const servers = [first];
  expect(applyServerEvents(servers, [removed(first)])).toEqual([]);
  expect(applyServerEvents(servers, [removed(second)])).toBe(servers);
  expect(applyServerEvents(servers, [])).toBe(servers);
});

it("takes events in their order: the last word on a server holds", () => {
  const changed = { ...first, state: "degraded" as const };
  const events: ServerEvent[] = [
    { type: "server", server: changed },
    removed(first),
    { type: "server", server: second },
    { type: "server", server: first },
  ];
  expect(applyServerEvents([first], events)).toEqual([second, first]);
  expect(
    applyServerEvents(
      [],
      [
        { type: "server", server: first },
        { type: "servers", servers: [second] },
      ],
    ),
  ).toEqual([second]);
});
