import type { ServerView, ServiceView } from "@culvert/protocol/signaling";
import { describe, expect, it } from "vitest";
import { appViewHref, openability } from "./openability.ts";
import { serverView } from "./server-view.fixture.ts";

const reader = { nowMs: Date.UTC(2026, 10, 21, 14, 20), timeZone: "UTC" };
const vite = serverView().services[0] as ServiceView;

it("opens the primary service of a server that is ready", () => {
  expect(openability(serverView(), reader)).toEqual({ kind: "openable", serviceName: "vite", warning: undefined });
});

it("opens a service whose target is down, and says what to expect", () => {
  const outcome = openability(serverView({ services: [{ ...vite, health: "unreachable" }] }), reader);
  expect(outcome).toMatchObject({
    kind: "openable",
    warning: {
      code: "target-unreachable",
      what: "vite does not answer on its port.",
      remedy: "Start the app on studio-mac; it shows as soon as it answers.",
    },
  });
});

describe("says why not", () => {
  const cases: readonly (readonly [string, Partial<ServerView>, string, string])[] = [
    [
      "offline",
      { state: "disconnected" },
      "studio-mac is offline since 14:02.",
      "Start it again there, with `npm start` or `culvert connect <port>`.",
    ],
    [
      "offline",
      { state: "disconnected", lastConnectedAt: null },
      "studio-mac has not connected yet.",
      "Start it again there, with `npm start` or `culvert connect <port>`.",
    ],
    [
      "version-unsupported",
      { compatibility: "agent-too-old", version: "0.0.4" },
      "The agent on studio-mac is version 0.0.4, too old for this dashboard.",
      "Update it there: `npm install -g @culvert/peer-agent@latest`",
    ],
    [
      "version-unsupported",
      { compatibility: "agent-too-new", version: "9.0.0" },
      "The agent on studio-mac is version 9.0.0, newer than this Culvert understands.",
      "Update Culvert's signaling server.",
    ],
    [
      "policy",
      { capabilities: { remoteAccessEnabled: false } },
      "Remote access is switched off on studio-mac.",
      "Switch it on there; it opens here at once.",
    ],
    [
      "not-ready",
      { primaryService: null, services: [] },
      "studio-mac publishes no service.",
      "Publish one: `culvert connect <port>`",
    ],
    ["not-found", { services: [] }, "studio-mac no longer publishes vite.", "Choose another service in the list."],
    [
      "unsupported",
      { services: [{ ...vite, mode: "tcp" }] },
      "vite speaks plain TCP, which a browser cannot show.",
      "Open an http service.",
    ],
  ];
  it.each(cases)("%s %j", (code, changes, what, remedy) => {
    expect(openability(serverView(changes), reader)).toEqual({ kind: "blocked", reason: { code, what, remedy } });
  });
});

it("names the first reason: an offline server is offline whatever else it is", () => {
  const outcome = openability(serverView({ state: "disconnected", primaryService: null, services: [] }), reader);
  expect(outcome).toMatchObject({ reason: { code: "offline" } });
});

it("answers for a service that is named", () => {
  expect(openability(serverView(), reader, "grafana")).toMatchObject({ reason: { code: "not-found" } });
});

it("keeps whatever stands in a name inside its own path segment", () => {
  expect(appViewHref("abc", "vite")).toBe("/app-view/abc/vite");
  expect(appViewHref("abc", "a/b?c#d")).toBe("/app-view/abc/a%2Fb%3Fc%23d");
});
