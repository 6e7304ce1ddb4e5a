/** Whether a service can be opened, and every reason why not in words. */
import { type Code, codes } from "@culvert/protocol";
import type { Role, ServerView } from "@culvert/protocol/signaling";
import { momentWords, type Reader } from "./moment.ts";

/** What is wrong and the way out; words between backticks are typed on the machine. */
export interface Reason {
  readonly code: Code;
  readonly what: string;
  readonly remedy: string;
}

/** `warning`: it opens, but the app will not show yet. */
export type Openability =
  | { readonly kind: "openable"; readonly serviceName: string; readonly warning: Reason | undefined }
  | { readonly kind: "blocked"; readonly reason: Reason };

const blocked = (code: Code, what: string, remedy: string): Openability => ({
  kind: "blocked",
  reason: { code, what, remedy },
});

/** `studio-mac is offline since 14:02.` */
export function offlineWords(server: Pick<ServerView, "label" | "lastConnectedAt">, reader: Reader): string {
  if (server.lastConnectedAt === null) return `${server.label} has not connected yet.`;
  return `${server.label} is offline since ${momentWords(server.lastConnectedAt, reader)}.`;
}

/** What pressing Open would meet: for the named service, else for the primary one. */
export function openability(server: ServerView, reader: Reader, serviceName?: string): Openability {
  const { label, version } = server;
  if (server.state === "disconnected") return blocked("offline", offlineWords(server, reader), codes.offline.hint);
  switch (server.compatibility) {
    case "agent-too-old":
      return blocked(
        "version-unsupported",
        `The agent on ${label} is version ${version}, too old for this dashboard.`,
        "Update it there: `npm install -g @culvert/peer-agent@latest`",
      );
    case "agent-too-new":
      return blocked(
        "version-unsupported",
        `The agent on ${label} is version ${version}, newer than this Culvert understands.`,
        "Update Culvert's signaling server.",
      );
    case "compatible":
      break;
  }
  if (!server.capabilities.remoteAccessEnabled)
    return blocked(
      "policy",
      `Remote access is switched off on ${label}.`,
      "Switch it on there; it opens here at once.",
    );
  const wanted = serviceName ?? server.primaryService?.serviceName;
  if (wanted === undefined)
    return blocked("not-ready", `${label} publishes no service.`, "Publish one: `culvert connect <port>`");
  const service = server.services.find((it) => it.serviceName === wanted);
  if (service === undefined)
    return blocked("not-found", `${label} no longer publishes ${wanted}.`, "Choose another service in the list.");
  if (service.mode === "tcp")
    return blocked("unsupported", `${wanted} speaks plain TCP, which a browser cannot show.`, "Open an http service.");
  if (service.health === "unreachable")
    return {
      kind: "openable",
      serviceName: wanted,
      warning: {
        code: "target-unreachable",
        what: `${wanted} does not answer on its port.`,
        remedy: `Start the app on ${label}; it shows as soon as it answers.`,
      },
    };
  return { kind: "openable", serviceName: wanted, warning: undefined };
}

/** As `openability`, for a member of that role: an auditor opens nothing. */
export function openabilityFor(role: Role, server: ServerView, reader: Reader): Openability {
  const outcome = openability(server, reader);
  if (role !== "auditor" || outcome.kind === "blocked") return outcome;
  return blocked("forbidden", "You are an auditor here: you read, and open nothing.", "Ask an owner for another role.");
}

/** The address of a service's App View page. */
export function appViewHref(serverId: string, serviceName: string): string {
  return `/app-view/${encodeURIComponent(serverId)}/${encodeURIComponent(serviceName)}`;
}
