/** What the dashboard is told of a server. */
import type { AgentPresence } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import type { ServersTable } from "../store/index.ts";
import { serverViewOf } from "./server-state.ts";

type Health = "healthy" | "unreachable" | "unknown";

function rowWith(health: Record<string, Health>, primaryServiceName: string | null): ServersTable {
  const presence: AgentPresence = {
    label: "studio-mac",
    agentVersion: "1.4.0",
    platform: "darwin",
    remoteAccessEnabled: true,
    primaryServiceName,
    services: Object.entries(health).map(([name, state]) => ({
      name,
      mode: "http",
      supportedProtocols: ["http"],
      health: state,
    })),
  };
  return {
    serverId: "a".repeat(26),
    accountId: "owner",
    label: "studio-mac",
    ownerLabel: null,
    ownerGroup: null,
    identityKey: "identity",
    noiseKey: "noise",
    noiseKeySignature: "signature",
    presence: JSON.stringify(presence),
    minVersion: 1,
    maxVersion: 1,
    generation: 1,
    nodeId: null,
    endedAt: null,
    enrolledAt: 1,
    lastConnectedAt: 2,
    removedAt: null,
    succeedsServerId: null,
    succeedsIdentityKey: null,
    successionSignature: null,
  };
}

test.each<[string, Record<string, Health>, string | null]>([
  ["ready", { app: "healthy" }, "app"],
  ["ready", { app: "unknown" }, "app"],
  ["ready", { app: "healthy", logs: "healthy" }, "app"],
  ["degraded", { app: "healthy", logs: "unreachable" }, "app"],
  ["unavailable", { app: "unreachable" }, "app"],
  ["unavailable", { app: "unreachable", logs: "healthy" }, "app"],
  ["unavailable", { app: "healthy" }, null],
  ["unavailable", {}, null],
  ["unavailable", { app: "healthy" }, "gone"],
])("a connected server is %s with %j and primary %s", (state, health, primary) => {
  expect(serverViewOf(rowWith(health, primary), true).state).toBe(state);
});

test("a server that is not connected is disconnected, and nobody knows its services' health", () => {
  const view = serverViewOf(rowWith({ app: "healthy" }, "app"), false);
  expect(view).toMatchObject({ state: "disconnected", lastConnectedAt: 2, services: [{ health: "unknown" }] });
});

test("a server that never connected is shown too", () => {
  const view = serverViewOf({ ...rowWith({}, null), presence: null, minVersion: null, maxVersion: null }, false);
  expect(view).toMatchObject({ label: "studio-mac", version: "", compatibility: "compatible", primaryService: null });
});

test.each([
  ["compatible", 1, 1],
  ["compatible", 1, 9],
  ["agent-too-new", 2, 9],
  ["agent-too-old", 0, 0],
])("versions tell that an agent is %s (%d to %d)", (compatibility, minVersion, maxVersion) => {
  expect(serverViewOf({ ...rowWith({}, null), minVersion, maxVersion }, false).compatibility).toBe(compatibility);
});

test("the owner's name for a server wins", () => {
  expect(serverViewOf({ ...rowWith({}, null), ownerLabel: "the attic" }, false).label).toBe("the attic");
});

test("keys are not part of the view", () => {
  expect(JSON.stringify(serverViewOf(rowWith({ app: "healthy" }, "app"), true))).not.toMatch(
    /identity|noise|signature/,
  );
});
