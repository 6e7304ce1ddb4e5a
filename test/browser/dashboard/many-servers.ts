/** A list as long as an account may have, twice over: states, systems, services and viewers in a fixed mixture. */
import type { OpenViewer, ServerView } from "@culvert/protocol/signaling";
import { nowMs, serverOf } from "./sample-servers.ts";

const hosts = ["atlas", "build", "lab-pi", "studio-mac", "edge", "nas", "office", "ci", "gpu", "kiosk"] as const;
const systems = ["linux", "linux", "darwin", "linux", "win32", "freebsd"] as const;
const apps = ["web", "grafana", "code-server", "notebook", "files", "wiki"] as const;
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** An id of 26 letters by a number. */
function idOf(number: number): string {
  return [...number.toString(32)]
    .map((digit) => alphabet[Number.parseInt(digit, 32)])
    .join("")
    .padStart(26, "a");
}

/** A viewer of one of its services. */
export function viewerOf(number: number, way: OpenViewer["way"], rttMs: number | null): OpenViewer {
  return { sessionId: idOf(number), serviceName: "web", way, rttMs } as OpenViewer;
}

/** Server `number` of the many: the same one each time. */
export function manyServer(number: number): ServerView {
  const state =
    number % 11 === 3 ? "degraded" : number % 17 === 5 ? "unavailable" : number % 7 === 2 ? "disconnected" : "ready";
  const health = state === "disconnected" ? "unknown" : "healthy";
  const services = apps.slice(0, 1 + (number % 4)).map((app, index) => {
    const fails = (state === "unavailable" && index === 0) || (state === "degraded" && index === 1);
    return [app, fails ? "unreachable" : health] as const;
  });
  if (state === "degraded" && services.length < 2) services.push(["wiki", "unreachable"]);
  const label = `${hosts[number % hosts.length]}-${String(number).padStart(3, "0")}`;
  return serverOf("a", label, state, services, {
    serverId: idOf(number) as ServerView["serverId"],
    platform: systems[number % systems.length] ?? "linux",
    lastConnectedAt: nowMs - (number % 50) * 3_600_000,
    viewers:
      number % 13 === 0 && state === "ready"
        ? [viewerOf(number, number % 3 === 0 ? "relay" : "direct", 9 + (number % 40))]
        : [],
  });
}

/** `count` of them. */
export function manyServers(count: number): ServerView[] {
  return Array.from({ length: count }, (_, number) => manyServer(number));
}
