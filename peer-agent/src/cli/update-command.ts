/** `culvert update --check`: whether there is a newer release, asked for as npm would, from where npm would. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TunnelError } from "@culvert/protocol";
import { agentVersion } from "../agent/agent-version.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

const packageName = "@culvert/peer-agent";
const answerTimeoutMs = 20_000;

/** Says which version is the newest. Nothing is installed: what runs here may be somebody else's to update. */
export async function runUpdate(output: Output): Promise<number> {
  const newest = await newestVersion();
  const isNewer = compareVersions(newest, agentVersion) > 0;
  const install = `npm install -g ${packageName}@latest`;
  const lines = isNewer
    ? [
        `${output.palette.marks.degraded} There is ${newest}; this is ${agentVersion}. Update with:`,
        `  ${install}`,
        "Then start the agent again; viewers come back by themselves.",
      ]
    : [`${output.palette.marks.ready} ${agentVersion} is the newest.`];
  output.answer({ current: agentVersion, newest, isNewer, ...(isNewer && { install }) }, lines);
  return exitCodes.done;
}

/** Negative, 0 or positive as `one` is older, the same or newer: by semver.org §11, build metadata left out. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (const index of [0, 1, 2]) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.labels.length === 0 || b.labels.length === 0) return b.labels.length - a.labels.length;
  for (const [index, label] of a.labels.entries()) {
    const against = b.labels[index];
    if (against === undefined) return 1;
    const difference = compareLabels(label, against);
    if (difference !== 0) return difference;
  }
  return a.labels.length - b.labels.length;
}

function partsOf(version: string) {
  const [core = "", label = ""] = (version.split("+", 1)[0] ?? "").split(/-(.*)/s);
  return { numbers: core.split(".").map(Number), labels: label === "" ? [] : label.split(".") };
}

function compareLabels(one: string, other: string): number {
  const isNumber = (text: string) => /^\d+$/.test(text);
  if (isNumber(one) && isNumber(other)) return Number(one) - Number(other);
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
  return one < other ? -1 : Number(one > other);
}

/** npm knows the user's registry, proxy and credentials. */
async function newestVersion(): Promise<string> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  try {
    const { stdout } = await promisify(execFile)(npm, ["view", packageName, "version", "--json"], {
      ...{ timeout: answerTimeoutMs, encoding: "utf8", windowsHide: true, shell: process.platform === "win32" },
    });
    const version: unknown = JSON.parse(stdout);
    if (typeof version === "string" && /^\d+\.\d+\.\d+/.test(version)) return version;
    throw new TunnelError("not-found", `No release of ${packageName} is published where npm looks`);
  } catch (thrown) {
    throw thrown instanceof TunnelError ? thrown : faultOf(thrown);
  }
}

function faultOf(cause: unknown): TunnelError {
  const output =
    cause instanceof Error && "stdout" in cause ? `${String(cause.stdout)}${cause.message}` : String(cause);
  if (/E404/.test(output)) {
    return new TunnelError("not-found", `No release of ${packageName} is published where npm looks`, {
      ...{ cause, hint: "You run it from its sources: update with git pull && npm install." },
    });
  }
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
    return new TunnelError("unsupported", "npm is not installed, so nobody can be asked", {
      cause,
      hint: "Install npm.",
    });
  }
  const hint = "Look whether this machine reaches the registry: npm ping";
  return new TunnelError("network", "npm could not say which version is the newest", { cause, hint });
}
