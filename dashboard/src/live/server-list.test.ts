import type { ServerView } from "@culvert/protocol/signaling";
import { expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { applyServerEvent } from "./server-list.ts";

const first = serverView();
const second = serverView({ serverId: "b".repeat(26) as ServerView["serverId"], label: "lab-pi" });

it("takes a snapshot whole", () => {
  expect(applyServerEvent([first], { type: "servers", servers: [second] })).toEqual([second]);
});

it("changes a known server in its place", () => {
  const changed = { ...first, state: "degraded" as const };
  expect(applyServerEvent([first, second], { type: "server", server: changed })).toEqual([changed, second]);
});

it("adds a server that is new", () => {
  expect(applyServerEvent([first], { type: "server", server: second })).toEqual([first, second]);
});

it("drops a removed server, and changes nothing for one it does not know", () => {
  const servers = [first];
  expect(applyServerEvent(servers, { type: "server-removed", serverId: first.serverId })).toEqual([]);
  expect(applyServerEvent(servers, { type: "server-removed", serverId: second.serverId })).toBe(servers);
});
