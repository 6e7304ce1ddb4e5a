/** Whether a server can be opened, and every reason why not, in words. */
import { TunnelError } from "@culvert/protocol";
import {
  deskServiceName,
  type ServerView,
  type ServiceId,
  type ServiceView,
  serviceIdOf,
} from "@culvert/protocol/signaling";
import { sha256 } from "../keys/index.ts";

/** What of a service a session needs. */
export type OpenableService = Pick<ServiceView, "serviceId" | "serviceName">;

/**
 * The service to open: the named one or the primary. Throws `version-unsupported`, `offline`, `not-ready` or
 * `not-found`, and `unsupported` for a service of another mode than the viewer can use. A target that is down is no reason: the agent says so inside the tunnel, and recovers there.
 */
export function openableService(
  server: ServerView,
  serviceName: string | undefined,
  mode: "http" | "tcp" = "http",
): OpenableService {
  const { label } = server;
  if (server.compatibility === "agent-too-old") {
    throw new TunnelError(
      "version-unsupported",
      `The agent on ${label} (${server.version}) is too old for this server.`,
    );
  }
  if (server.compatibility === "agent-too-new") {
    throw new TunnelError(
      "version-unsupported",
      `The agent on ${label} (${server.version}) is newer than this server.`,
      {
        hint: "Update this Culvert server.",
      },
    );
  }
  if (server.state === "disconnected") throw new TunnelError("offline", `${label} is not connected.`);
  if (serviceName === deskServiceName) return deskOf(server);
  if (!server.capabilities.remoteAccessEnabled) {
    throw new TunnelError("not-ready", `Remote access is switched off on ${label}.`, {
      hint: "Switch it on there, then try again.",
    });
  }
  if (serviceName === undefined && server.primaryService === null) {
    throw new TunnelError("not-ready", `${label} publishes no app to open.`, {
      hint: "Publish one there: culvert connect <port>",
    });
  }
  const wanted = serviceName ?? server.primaryService?.serviceName;
  const service = server.services.find((candidate) => candidate.serviceName === wanted);
  if (service === undefined) {
    const names = server.services.map((candidate) => candidate.serviceName).join(", ");
    throw new TunnelError("not-found", `${label} publishes no service "${wanted}".`, {
      hint: names === "" ? "Publish it there: culvert connect <port>" : `It publishes: ${names}.`,
    });
  }
  if (service.mode !== mode) throw otherMode(service);
  return service;
}

/** The fault of an account that has too many sessions. */
export function tooManySessions(count: number): TunnelError {
  return new TunnelError("limit-reached", `Your account has ${count} live remote sessions, the most it may have.`, {
    hint: "End some under Sessions.",
  });
}

/** The agent's own desk: there even where remote access to its services is off. */
function deskOf({ serverId, label, capabilities, version }: ServerView): OpenableService {
  if (capabilities.desk !== true) {
    throw new TunnelError("unsupported", `The agent on ${label} (${version}) cannot be managed from here.`, {
      hint: "Update it there: npm install -g @culvert/peer-agent@latest",
    });
  }
  const serviceId: ServiceId = serviceIdOf(serverId, deskServiceName, sha256);
  return { serviceId, serviceName: deskServiceName };
}

/** The fault of a share that too many have open. */
export function tooManyOfShare(count: number): TunnelError {
  return new TunnelError("limit-reached", `${count} viewers have this share open, the most it may have.`, {
    hint: "Try again later.",
  });
}

function otherMode({ serviceName, mode }: ServiceView): TunnelError {
  if (mode === "tcp") {
    return new TunnelError("unsupported", `${serviceName} is no web app, so a browser cannot open it.`, {
      hint: `Bring it to a port of your machine: culvert forward <server>:${serviceName} <port>`,
    });
  }
  return new TunnelError("unsupported", `${serviceName} is a web app, not a tcp service.`, {
    hint: `Open it in a browser: culvert open <server> ${serviceName}`,
  });
}
