/** A culvert.yaml on disk: found, read, and told of its faults by file and line. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { TunnelError } from "@culvert/protocol";
import type { AgentService } from "../services/index.ts";
import type { ConfigFault } from "./config-fault.ts";
import type { Config } from "./config-schema.ts";
import { configServices } from "./config-services.ts";
import { readConfig } from "./read-config.ts";

/** What people call the file. */
export const configFileName = "culvert.yaml";

/** A configuration that can be put in force. */
export interface LoadedConfig {
  readonly path: string;
  readonly text: string;
  readonly config: Config;
  readonly services: readonly AgentService[];
}

/** Where the file is looked for, in order: the one that was named, else beside us, else beside the keys. */
export function configPaths(named: string | undefined, dataFolder: string): readonly string[] {
  if (named !== undefined) return [resolve(named)];
  return [resolve(configFileName), join(resolve(dataFolder), configFileName)];
}

/** The first file that is there. Rejects with `not-found` in words, or with `invalid-request` and the line of a fault. */
export async function loadConfig(named: string | undefined, dataFolder: string): Promise<LoadedConfig> {
  for (const path of configPaths(named, dataFolder)) {
    const text = await readText(path);
    if (text !== undefined) return loadConfigText(path, text);
  }
  const places = configPaths(named, dataFolder).join(" nor ");
  const hint = "Name it with --config, or write one: docs/cli.md has an example. For one app: culvert connect <port>.";
  throw new TunnelError("not-found", `There is no ${configFileName}: not at ${places}`, { hint });
}

/** What a file's text says. Rejects with the file, line and words of its first fault, and how many more there are. */
export async function loadConfigText(path: string, text: string): Promise<LoadedConfig> {
  const reading = readConfig(text);
  if (reading.type === "faults") throw configError(path, reading.faults);
  const services = await configServices(reading.config, dirname(path));
  return { path, text, config: reading.config, services };
}

/** `culvert.yaml:7:3: services.web.target: …` */
export function faultLine(path: string, { line, column, words }: ConfigFault): string {
  return `${path}:${line}:${column}: ${words}`;
}

function configError(path: string, faults: readonly [ConfigFault, ...ConfigFault[]]): TunnelError {
  const more = faults.length - 1;
  const others = more === 0 ? "" : `, and ${more} more after it`;
  const hint = `Correct it; culvert config check${more === 0 ? "" : " lists them all"} tells when it is right.`;
  return new TunnelError("invalid-request", `${faultLine(path, faults[0])}${others}`, { hint });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new TunnelError("not-found", `${path} cannot be read: ${words}`, { cause, hint: "Check the path." });
  }
}
