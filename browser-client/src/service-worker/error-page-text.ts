/** What an error page says per code: what happened, why, what to do. The app's name and the agent's words go beside it. */
import type { Code } from "@culvert/protocol";

/** The heading for a failure; `message` and `hint` of the failure say why and what to do. */
export function headingFor(code: Code, serviceName: string): string {
  switch (code) {
    case "target-unreachable":
      return `${serviceName} is not answering`;
    case "target-timeout":
    case "timeout":
      return `${serviceName} takes too long to answer`;
    case "target-aborted":
      return `${serviceName} broke off its answer`;
    case "policy":
    case "forbidden":
      return "The server's policy refuses this address";
    case "offline":
    case "peer-restarted":
      return "The server is not connected";
    case "closed":
    case "expired":
    case "revoked":
      return "This app is no longer open";
    case "version-unsupported":
      return "This tab and the dashboard have different versions";
    case "network":
    case "path-failed":
    case "no-direct-path":
    case "budget-exhausted":
      return "The connection to the server is lost";
    default:
      return `${serviceName} could not be opened`;
  }
}

/** True where the same address may work again without anybody's doing here, so the page tries by itself. */
export function comesBack(code: Code): boolean {
  switch (code) {
    case "target-unreachable":
    case "target-timeout":
    case "target-aborted":
    case "timeout":
    case "offline":
    case "peer-restarted":
    case "network":
    case "path-failed":
    case "no-direct-path":
    case "not-ready":
    case "closed":
    case "limit-reached":
      return true;
    default:
      return false;
  }
}
