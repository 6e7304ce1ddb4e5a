/** A server's state in the words of the dashboard, from what its agent says. Pure. */
import type { Mark } from "./event-lines.ts";
import type { AgentStatus } from "./local/agent-status.ts";

/** How it stands, and why where that is not plain. */
export interface ServerWords {
  readonly mark: Mark;
  readonly word: "ready" | "degraded" | "unavailable" | "connecting" | "offline";
  readonly reason?: string;
}

/** ready: the first service answers; degraded: another does not; unavailable: the first does not. */
export function stateOf({
  link,
  services,
  serverUrl,
}: Pick<AgentStatus, "link" | "services" | "serverUrl">): ServerWords {
  switch (link.state) {
    case "connecting":
      return { mark: "connecting", word: "connecting" };
    case "waiting":
      return {
        ...{ mark: "offline", word: "offline" },
        reason: `${serverUrl} cannot be reached, ${link.reason ?? "it does not answer"}. It is tried again by itself.`,
      };
    case "stopped":
      return { mark: "lost", word: "offline", ...(link.reason === undefined ? {} : { reason: link.reason }) };
    case "online": {
      const [primary] = services;
      if (primary?.health === "unreachable") return { mark: "lost", word: "unavailable" };
      if (services.some(({ health }) => health === "unreachable")) return { mark: "degraded", word: "degraded" };
      return { mark: "ready", word: "ready" };
    }
    default:
      return link.state satisfies never;
  }
}
