/** Servers in every state that the list can show. Ids are made up; times hang on one fixed moment. */
import type { ServerView } from "@culvert/protocol/signaling";

/** Saturday, 21 November 2026, 14:20 UTC: the time in the pages under test. */
export const nowMs = Date.UTC(2026, 10, 21, 14, 20);

const minuteMs = 60_000;
const id = (letter: string): string => letter.repeat(26);

type Service = readonly [name: string, health: "healthy" | "unreachable" | "unknown", mode?: "http" | "tcp"];

/** A server as the API gives it; `letter` makes its ids. */
export function serverOf(
  letter: string,
  label: string,
  state: ServerView["state"],
  services: readonly Service[],
  changes: Partial<ServerView> = {},
): ServerView {
  const views = services.map(([serviceName, health, mode = "http"], index) => ({
    serviceId: id("abcdefg"[index] ?? "h"),
    serviceName,
    mode,
    supportedProtocols: mode === "http" ? ["http", "sse", "websocket"] : ["tcp"],
    health,
  }));
  return {
    serverId: id(letter),
    label,
    state,
    lastConnectedAt: nowMs - 42 * minuteMs,
    version: "0.1.0",
    platform: "linux",
    compatibility: "compatible",
    capabilities: { remoteAccessEnabled: true },
    primaryService: views[0] ?? null,
    services: views,
    ...changes,
  } as ServerView;
}

/** One server for each state and for each reason why Open is disabled. */
export const everyState: readonly ServerView[] = [
  serverOf(
    "a",
    "studio-mac",
    "ready",
    [
      ["vite", "healthy"],
      ["code-server", "healthy"],
      ["notebook", "healthy"],
    ],
    { platform: "darwin" },
  ),
  serverOf("b", "lab-pi", "degraded", [
    ["dashboard", "healthy"],
    ["grafana", "unreachable"],
  ]),
  serverOf("c", "build-box", "unavailable", [["web", "unreachable"]]),
  serverOf("d", "old-laptop", "disconnected", [["blog", "unknown"]], {
    lastConnectedAt: nowMs - 16 * 60 * minuteMs - 10 * minuteMs,
    platform: "win32",
  }),
  serverOf("e", "attic-nas", "ready", [["files", "healthy"]], { compatibility: "agent-too-old", version: "0.0.4" }),
  serverOf("f", "office-imac", "ready", [["crm", "healthy"]], {
    capabilities: { remoteAccessEnabled: false },
    platform: "darwin",
  }),
  serverOf("g", "gateway", "unavailable", [], { primaryService: null }),
  serverOf("h", "db-host", "ready", [["postgres", "healthy", "tcp"]]),
  serverOf("i", "new-laptop", "disconnected", [], {
    lastConnectedAt: null,
    primaryService: null,
    version: "",
    platform: "",
    capabilities: { remoteAccessEnabled: false },
  }),
];

/** A tidy account: servers in groups, some of them open. */
export const groupedServers: readonly ServerView[] = [
  serverOf(
    "a",
    "studio-mac",
    "ready",
    [
      ["vite", "healthy"],
      ["code-server", "healthy"],
    ],
    {
      ...{ group: "Studio", platform: "darwin" },
      viewers: [
        { sessionId: id("a"), serviceName: "vite", way: "direct", rttMs: 12 },
      ] as unknown as ServerView["viewers"],
    },
  ),
  serverOf("b", "render-1", "ready", [["queue", "healthy"]], { group: "Studio" }),
  serverOf(
    "c",
    "lab-pi",
    "degraded",
    [
      ["dashboard", "healthy"],
      ["grafana", "unreachable"],
    ],
    {
      group: "Lab",
      viewers: [
        { sessionId: id("b"), serviceName: "dashboard", way: "direct", rttMs: 31 },
        { sessionId: id("c"), serviceName: "dashboard", way: "relay", rttMs: 64 },
      ] as unknown as ServerView["viewers"],
    },
  ),
  serverOf(
    "d",
    "scope-bench",
    "ready",
    [
      ["jupyter", "healthy"],
      ["files", "healthy"],
    ],
    { group: "Lab" },
  ),
  serverOf("e", "old-laptop", "disconnected", [["blog", "unknown"]], { lastConnectedAt: nowMs - 970 * minuteMs }),
];
