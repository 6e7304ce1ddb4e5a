/** What the list says of a server and its services. */
import type { ServerView, ServiceView } from "@culvert/protocol/signaling";
import { agoWords, type Reader } from "./moment.ts";
import type { Tone } from "./tone.ts";

/** A server's state as tone and word; "offline" is what people call `disconnected`. */
export function serverStateWords(state: ServerView["state"]): { readonly tone: Tone; readonly word: string } {
  switch (state) {
    case "ready":
      return { tone: "ready", word: "ready" };
    case "degraded":
      return { tone: "degraded", word: "degraded" };
    case "unavailable":
      return { tone: "lost", word: "unavailable" };
    case "disconnected":
      return { tone: "offline", word: "offline" };
  }
}

/** A service's health as tone and word; nothing is known of the services of an offline server. */
export function serviceHealthWords(
  service: Pick<ServiceView, "health">,
  server: Pick<ServerView, "state">,
): { readonly tone: Tone; readonly word: string } {
  if (server.state === "disconnected") return { tone: "offline", word: "offline" };
  switch (service.health) {
    case "healthy":
      return { tone: "ready", word: "ready" };
    case "unreachable":
      return { tone: "lost", word: "not answering on its port" };
    case "unknown":
      return { tone: "connecting", word: "not checked yet" };
  }
}

const platforms: Readonly<Record<string, string>> = {
  darwin: "macOS",
  linux: "Linux",
  win32: "Windows",
  freebsd: "FreeBSD",
};

/** An operating system by its common name; `linux-x64` and the like lose the processor. */
export function platformWords(platform: string): string {
  const system = platform.split(/[-/ ]/)[0] ?? "";
  return platforms[system.toLowerCase()] ?? platform;
}

/** `macOS · 1.4.0`; a machine that never connected has told neither. */
export function machineWords(server: Pick<ServerView, "platform" | "version">): string {
  return [platformWords(server.platform), server.version].filter((word) => word !== "").join(" · ");
}

/** `seen now`, `seen 18 min ago`, `never connected`. */
export function seenWords(server: Pick<ServerView, "state" | "lastConnectedAt">, reader: Reader): string {
  if (server.state !== "disconnected") return "seen now";
  if (server.lastConnectedAt === null) return "never connected";
  return `seen ${agoWords(server.lastConnectedAt, reader)}`;
}

/** The line above the list: `2 ready · 1 degraded · 1 offline`, best states first. */
export function countWords(servers: readonly Pick<ServerView, "state">[]): string {
  const states: readonly ServerView["state"][] = ["ready", "degraded", "unavailable", "disconnected"];
  return states
    .map((state) => ({ word: serverStateWords(state).word, count: servers.filter((it) => it.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(" · ");
}
