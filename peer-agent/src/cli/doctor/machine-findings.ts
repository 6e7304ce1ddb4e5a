/** This machine: its keys, its enrolment, the agent that runs, and what apps answer. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { identityPlace, loadEnrolment, loadIdentity } from "../../identity/index.ts";
import type { AgentStatus } from "../local/agent-status.ts";
import { askStatus } from "../local/local-client.ts";
import { stateOf } from "../state-words.ts";
import { doubtful, type Finding, failed, fine, skipped, wrong } from "./finding.ts";

const secretFiles = ["identity.json", "account.json", "viewer.json", "devices.json", "shares.json"];
const proxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/** Keys: theirs alone who run the agent. */
export async function keysFinding(dataFolder: string): Promise<Finding> {
  const open: string[] = [];
  for (const name of secretFiles) {
    const path = join(dataFolder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && process.platform !== "win32" && (found.mode & 0o077) !== 0) open.push(path);
  }
  if (open.length > 0) return wrong("keys", `others may read ${open.join(", ")}`, `chmod 600 ${open.join(" ")}`);
  try {
    const place = await identityPlace(dataFolder);
    if (place === undefined) return skipped("keys", "none yet; the first culvert connect makes them");
    if (place === "file") return fine("keys", `in ${dataFolder}, yours alone`);
    await loadIdentity(dataFolder);
    return fine("keys", "in the system's keychain");
  } catch (thrown) {
    return failed("keys", thrown);
  }
}

/** Where this machine belongs. */
export async function enrolmentFinding(dataFolder: string): Promise<Finding> {
  try {
    const enrolment = await loadEnrolment(dataFolder);
    if (enrolment !== undefined) return fine("enrolment", `${enrolment.label} at ${enrolment.serverUrl}`);
    return wrong("enrolment", "this machine is enrolled nowhere", "culvert connect <port> --server <dashboard>");
  } catch (thrown) {
    return failed("enrolment", thrown);
  }
}

/** The agent that runs here, and what it is asked about itself. */
export async function agentFinding(dataFolder: string): Promise<{ finding: Finding; status: AgentStatus | undefined }> {
  try {
    const status = await askStatus(dataFolder);
    if (status === undefined) {
      const finding = doubtful("agent", "none runs on this data folder", "culvert connect <port>, or culvert up");
      return { finding, status };
    }
    const { word, reason } = stateOf(status);
    const seen = `process ${status.pid}, version ${status.version}: ${word}${reason === undefined ? "" : `, ${reason}`}`;
    const isOnline = status.link.state === "online";
    return {
      finding: isOnline ? fine("agent", seen) : wrong("agent", seen, "See below what keeps it from the server."),
      status,
    };
  } catch (thrown) {
    return { finding: failed("agent", thrown), status: undefined };
  }
}

/** What the agent's apps answer. */
export function targetFindings(status: AgentStatus | undefined): Finding[] {
  if (status === undefined) return [skipped("target", "no agent runs, so no app is published")];
  return status.services.map(({ name, target, health }) => {
    const check = `target ${name}`;
    if (health === "healthy") return fine(check, `${target} answers`);
    if (health === "unknown") return skipped(check, `${target} was not looked at yet`, "Run the command again.");
    return wrong(check, `nothing answers: ${target}`, "Start the app, or publish the port on which it listens.");
  });
}

/** A proxy that everything else of this machine uses. */
export function proxyFinding(environment: NodeJS.ProcessEnv): Finding | undefined {
  const name = proxyVariables.find((variable) => environment[variable]);
  if (name === undefined) return undefined;
  const todo = "Allow this machine to reach the dashboard directly on its port; Culvert uses no proxy yet.";
  return doubtful("proxy", `${name} is set, and Culvert does not use it`, todo);
}
