import type { ServerView } from "@culvert/protocol/signaling";
import { describe, expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { inListOrder, matchingServers } from "./server-search.ts";

const mac = serverView();
const pi = serverView({ label: "lab-pi", state: "disconnected", platform: "linux", services: [] });

describe("matchingServers", () => {
  it.each([
    ["", ["studio-mac", "lab-pi"]],
    ["MAC", ["studio-mac"]],
    ["vite", ["studio-mac"]],
    ["offline", ["lab-pi"]],
    ["linux offline", ["lab-pi"]],
    ["linux ready", []],
    ["1.4", ["studio-mac", "lab-pi"]],
    ["disconnected", []],
  ])("for %j shows %j", (search, labels) => {
    expect(matchingServers([mac, pi], search).map(({ label }) => label)).toEqual(labels);
  });
});

it("lists connected servers first, then by label as people count, then by id", () => {
  const named = (label: string, letter: string, state: ServerView["state"] = "ready"): ServerView =>
    serverView({ label, state, serverId: letter.repeat(26) as ServerView["serverId"] });
  const servers = [
    named("a-off", "a", "disconnected"),
    named("pi-10", "b"),
    named("pi-9", "c", "degraded"),
    named("twin", "e"),
    named("twin", "d"),
  ];
  const ids = inListOrder(servers).map(({ serverId }) => serverId.charAt(0));
  expect(ids.join("")).toBe("cbdea");
  expect(servers.map(({ serverId }) => serverId.charAt(0)).join("")).toBe("abced");
});
