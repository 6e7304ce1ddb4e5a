import { describe, expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { matchingServers } from "./server-search.ts";

const viewers = [{ sessionId: "s", serviceName: "vite", way: "direct", rttMs: 12 }] as never;
const mac = serverView({ viewers });
const pi = serverView({ label: "lab-pi", state: "disconnected", platform: "linux", services: [] });

describe("matchingServers", () => {
  it.each([
    ["", ["studio-mac", "lab-pi"]],
    ["MAC", ["studio-mac"]],
    ["vite", ["studio-mac"]],
    ["direct", ["studio-mac"]],
    ["offline", ["lab-pi"]],
    ["linux offline", ["lab-pi"]],
    ["linux ready", []],
    ["1.4", ["studio-mac", "lab-pi"]],
    ["disconnected", []],
  ])("for %j shows %j", (search, labels) => {
    expect(matchingServers([mac, pi], search).map(({ label }) => label)).toEqual(labels);
  });
});
